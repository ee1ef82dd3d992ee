"""Texts for people, in both of the demo's languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One text, Chinese and English."""

    zh: str
    en: str
