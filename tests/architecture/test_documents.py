from __future__ import annotations

from scripts.drawing import session


def test_the_session_diagram_is_drawn_from_the_present_tables() -> None:
    assert session.PAGE.read_text(encoding="utf-8") == session.page()
