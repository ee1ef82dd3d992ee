from __future__ import annotations

from scripts.drawing import devices, session


def test_the_session_diagram_is_drawn_from_the_present_tables() -> None:
    assert session.PAGE.read_text(encoding="utf-8") == session.page()


def test_the_devices_are_described_as_the_catalogue_has_them() -> None:
    assert devices.PAGE.read_text(encoding="utf-8") == devices.page()
