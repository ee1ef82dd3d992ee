"""What all SIP2 messages have in common, and how their dataclasses describe the wire.

Each attribute's annotation carries the wire form (`Fixed`, `Named` or `Repeated`); the order of the fixed attributes is
that of the wire.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias, get_type_hints

from firmware_msgs.sip2.forms import Fixed, Named, Repeated

Form: TypeAlias = Fixed | Named | Repeated


@dataclass(frozen=True, slots=True)
class Field:
    """A field nobody here knows, kept as it came. Its value may be anybody's secret: it is not shown."""

    code: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. `extra` are the fields its specification does not have, and repeats of those it has once."""

    code: ClassVar[str]
    extra: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Unspoken:
    """A message that is well framed and of a kind not spoken here. `body` is all that follows its two-digit code."""

    code: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """A message's attributes by where they stand on the wire."""

    kind: type[Message]
    fixed: tuple[tuple[str, Fixed], ...]
    named: tuple[tuple[str, Named | Repeated], ...]


_LAST: Final = ("AF", "AG")
"""What people are told comes after all else, as in the specification."""


def layout_of(kind: type[Message]) -> Layout:
    """How messages of this kind are laid out."""
    hints = get_type_hints(kind, include_extras=True)
    forms = [(each.name, _form_of(hints[each.name])) for each in dataclasses.fields(kind)]
    named = [(name, form) for name, form in forms if isinstance(form, Named | Repeated)]
    return Layout(
        kind,
        fixed=tuple((name, form) for name, form in forms if isinstance(form, Fixed)),
        named=tuple(sorted(named, key=lambda pair: pair[1].code in _LAST)),
    )


def _form_of(hint: Any) -> Form | None:  # noqa: ANN401 - an annotation is anything
    return next((each for each in getattr(hint, "__metadata__", ()) if isinstance(each, Form)), None)
