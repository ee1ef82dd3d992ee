"""docs/devices.md from the catalogue: what each model is, can do, takes as settings, and how it was verified."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from types import ModuleType, NoneType
from typing import Final, Literal, get_args, get_origin

import msgspec

from drivers.catalogue import cards, codes, items, others
from drivers.catalogue.model import Evidence, Model

PAGE: Final = Path(__file__).parents[2] / "docs" / "devices.md"

_CHAPTERS: Final[tuple[tuple[str, ModuleType], ...]] = (
    ("Readers under a pad", items),
    ("Card readers", cards),
    ("Scanners", codes),
    ("Other devices", others),
)

_EVIDENCE: Final = {
    Evidence.GOLDEN_FRAMES: "its frames are read and made as documents, captures and programs of others have them",
    Evidence.SIMULATOR: "our driver serves our simulation of its firmware over a real pty or socket",
    Evidence.REAL_SOFTWARE: "the program on the other side is the real one (pcscd, a NUT server), its device is not",
    Evidence.VIRTUAL_MACHINE: "our driver runs on a real Linux kernel with emulated USB or uinput devices",
    Evidence.RECORDING: "a capture of a live device is replayed",
    Evidence.HARDWARE: "a real device of this model was used",
}

_HEAD: Final = """\
# Devices

Drawn from `drivers/catalogue/` by `scripts/diagrams`. A model is named in a terminal's configuration as `model`; what
`port` means depends on its interface ([configuration.md](configuration.md)). A site can add a reader of its own:
[adding-a-device.md](adding-a-device.md).

How a model was verified is said in these words, and never more than was done:
"""


def page() -> str:
    """The whole file."""
    words = "\n".join(f"- **{each.value}**: {_EVIDENCE[each]}" for each in Evidence)
    return "\n".join([_HEAD, words, "", *(part for title, rows in _CHAPTERS for part in _chapter(title, rows.ROWS))])


def _chapter(title: str, rows: Iterable[Model]) -> list[str]:
    return [f"## {title}", "", *(line for model in rows for line in _model(model))]


def _model(model: Model) -> list[str]:
    facts = (
        ("interface", model.interface.value),
        ("can do", _words(model.capabilities)),
        ("[can be captured](captures.md)", "yes" if model.redact else "no"),
        ("verified by", _words(model.evidence) or "nothing"),
        ("not verified", model.unverified),
    )
    lines = [f"### `{model.name}`", "", model.title, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {text} |" for name, text in facts]
    return [*lines, "", *_settings(model.settings)]


def _words(values: frozenset[Evidence] | frozenset[Enum]) -> str:
    order = {value: place for kind in {type(value) for value in values} for place, value in enumerate(kind)}
    return ", ".join(str(value.value) for value in sorted(values, key=order.__getitem__))


def _settings(settings: type[msgspec.Struct]) -> list[str]:
    fields = msgspec.structs.fields(settings)
    if not fields:
        return []
    rows = [f"| `{field.encode_name}` | {_values(field.type)} | {_default(field)} |" for field in fields]
    return [_meaning(settings), "", "| option | values | without it |", "|---|---|---|", *rows, ""]


def _meaning(settings: type[msgspec.Struct]) -> str:
    """What the options mean: the words of the settings' types, the inherited ones first."""
    kinds = [kind for kind in reversed(settings.__mro__) if issubclass(kind, msgspec.Struct)][1:]
    return " ".join(" ".join((kind.__doc__ or "").split()) for kind in kinds)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "must be set"
    value = field.default
    if value is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
        value = field.default_factory()
    return "none" if value is None else f"`{msgspec.json.encode(value).decode()}`"


def _values(kind: object) -> str:
    """The values an option takes, in words."""
    if hasattr(kind, "__metadata__"):
        return _bounded(kind)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{msgspec.json.encode(each).decode()}`" for each in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{msgspec.json.encode(each.value).decode()}`" for each in kind)
    if get_args(kind):
        return " or ".join(_values(each) for each in get_args(kind) if each is not NoneType and each is not Ellipsis)
    return _NAMES.get(kind, str(kind))


def _bounded(kind: object) -> str:
    inner, *metas = get_args(kind)
    bounds = [bound for meta in metas if isinstance(meta, msgspec.Meta) for bound in _bounds(meta)]
    return " ".join([_values(inner), *bounds])


def _bounds(meta: msgspec.Meta) -> Iterable[str]:
    words = {"ge": "from {}", "gt": "over {}", "le": "to {}", "lt": "under {}", "min_length": "of {} or more"}
    for name, text in words.items():
        value = getattr(meta, name)
        if value is not None:
            yield text.format(value)
    if meta.pattern is not None:
        pattern = meta.pattern.replace("|", r"\|")  # a bare one would end the table's cell
        yield f"like `{pattern}`"


_NAMES: Final[dict[object, str]] = {bool: "true or false", int: "number", float: "number", str: "text"}


def main() -> int:
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/devices.md is out of date: run scripts/diagrams", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
