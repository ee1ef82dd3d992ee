"""Fixtures that every test may use."""

from __future__ import annotations

pytest_plugins = ["tests.broker", "tests.card_service", "tests.central_books", "tests.central_process"]
