"""Fixtures that every test may use."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["tests.broker", "tests.card_service", "tests.central_books", "tests.central_process"]

settings.register_profile("shufang", database=None, deadline=None)  # no files left behind, no timing assertions
settings.load_profile("shufang")
