"""An import takes all of a folder or nothing, and says what must be mended where."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.imports.files import ImportRefusedError
from central.imports.folder import County, Reader
from central.storage.database import Database
from central.storage.imports import known_refs, write_county
from central.storage.rows import fetch
from tests.central_books import write_folder

DEMO = Path(__file__).parents[2] / "scripts" / "demo_network" / "county"


def read(folder: Path, refs: dict[str, str] | None = None) -> County:
    known = refs or {}
    return Reader(folder, lambda card: f"hash of {card}", lambda card: known.get(card) or f"ref of {card}").read()


@pytest.mark.parametrize(
    ("name", "line", "text", "says"),
    [
        ("items.csv", 2, "CN-530428,I1,T9,YJ-01,1,yes", "items.csv: line 2: unknown title T9. List it in titles.csv."),
        (
            "items.csv",
            2,
            "CN-530428,I1,T1,YJ-09,1,yes",
            "items.csv: line 2: unknown site YJ-09. List it in sites.toml.",
        ),
        ("items.csv", 3, "CN-530428,I1,T1,YJ-01,1,yes", "items.csv: line 3: I1 is listed twice. Keep one of the two."),
        ("items.csv", 2, "CN-530428,I1,T1,YJ-01,0,yes", "items.csv: line 2: parts: expected `int` >= 1."),
        ("items.csv", 2, "CN-530428,I1,T1,YJ-01,1,maybe", "items.csv: line 2: lendable: invalid enum value 'maybe'."),
        ("items.csv", 2, "CN-530428,I1,T1", "items.csv: line 2: the number of fields is not that of the header."),
        (
            "items.csv",
            1,
            "owner,id",
            "items.csv: line 1: the columns are not the expected ones. The first line must be:",
        ),
        ("patrons.csv", 2, "AA0,1,张,adult,no,no", "patrons.csv: line 2: card: expected `str` matching regex"),
        ("patrons.csv", 2, "pin:1,1,张,adult,no,no", "patrons.csv: line 2: card: expected `str` matching regex"),
        ("patrons.csv", 2, "AA01,1,张,vip,no,no", "patrons.csv: line 2: unknown category vip. Use one of: adult."),
        ("holds.csv", 2, "CN-530428,I6,BB01,YJ-02,2026-09-01", "holds.csv: line 2: no patron has this card."),
        ("holds.csv", 2, "CN-530428,I66,AA02,YJ-02,2026-09-01", "holds.csv: line 2: unknown item I66."),
        ("holds.csv", 2, "CN-530428,I6,AA02,YJ-02,soon", "holds.csv: line 2: placed: invalid RFC3339 encoded date."),
    ],
)
def test_an_error_names_file_line_and_remedy(tmp_path: Path, name: str, line: int, text: str, says: str) -> None:
    folder = write_folder(tmp_path / "county")
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    lines[line - 1] = text
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ImportRefusedError) as caught:
        read(folder)
    assert any(says in str(problem) for problem in caught.value.problems), str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("sites.toml", b"county = ", "this is not TOML"),
        ("sites.toml", b'county = "x"', "missing required field"),
        ("titles.csv", b"id,title,author\nT1,\xff,x\n", "this is not CSV in UTF-8"),
        ("titles.csv", None, "the file cannot be read"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    folder = write_folder(tmp_path / "county")
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    with pytest.raises(ImportRefusedError, match=says):
        read(folder)


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "county")
    (folder / "items.csv").write_text("owner,id,title,site,parts,lendable\nX,1,T9,YJ-09,1,yes\nX,2,T8,YJ-01,1,yes\n")
    with pytest.raises(ImportRefusedError) as caught:
        read(folder)
    assert len(caught.value.problems) == 4


def test_importing_again_keeps_references_and_what_happened(tmp_path: Path) -> None:
    database = Database(tmp_path / "central.db")
    database.create("e")
    folder = write_folder(tmp_path / "county")
    with database.writing() as connection:
        write_county(connection, read(folder))
        connection.execute("UPDATE items SET state = 'in_transit', current = 'YJ-02' WHERE id = 'I1'")
        connection.execute("UPDATE cards SET patron = 'kept' WHERE card = 'hash of uid:AA01'")
    with database.writing() as connection:
        write_county(connection, read(folder, known_refs(connection)))
    with database.reading() as connection:
        assert fetch(connection, "SELECT state, current FROM items WHERE id = 'I1'") == [("in_transit", "YJ-02")]
        assert fetch(connection, "SELECT patron FROM cards WHERE card = 'hash of uid:AA01'") == [("kept",)]


def test_the_demo_county_is_whole(tmp_path: Path) -> None:
    county = read(DEMO)
    names = [county.network.name_of(site) for site in county.network.sites]
    assert names[:2] == ["元江县图书馆", "元江县图书馆因远镇分馆"]
    assert len(county.titles) >= 200
    assert len(county.patrons) >= 20
    assert sum(patron.blocked for patron in county.patrons.values()) == 1
    at_limit = [
        patron
        for patron in county.patrons.values()
        if sum(loan.patron == patron.ref for loan in county.loans.values()) == patron.loan_limit
    ]
    assert len(at_limit) == 1
    database = Database(tmp_path / "central.db")
    database.create("e")
    with database.writing() as connection:
        write_county(connection, county)
        assert fetch(connection, "SELECT count(*) FROM items WHERE state = 'on_loan'") == [(len(county.loans),)]
