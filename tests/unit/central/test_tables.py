from __future__ import annotations

import msgspec
import pytest

from central.storage.inbox import BRANCHES, CONTENT_KEYS, INBOX, MARKS
from central.storage.ledgers import HOLDS, ITEMS, LOANS, PATRONS, PERMISSIONS, RETURNS
from central.storage.rows import Rows


@pytest.mark.parametrize(
    "rows",
    [BRANCHES, CONTENT_KEYS, INBOX, MARKS, HOLDS, ITEMS, LOANS, PATRONS, PERMISSIONS, RETURNS],
    ids=lambda rows: rows.table.name,
)
def test_a_value_has_its_tables_columns_in_order(rows: Rows[msgspec.Struct]) -> None:
    assert list(rows.kind.__struct_fields__) == [column.name for column in rows.table.columns]
