"""Device models that a site adds by a package of its own (docs/adding-a-device.md)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from drivers.catalogue.model import Model
from drivers.errors import ModelFault

GROUP: Final = "shufang.models"
"""The entry point group; each entry point is one `Model`."""


def site_models() -> Iterator[Model]:
    """Those of every installed package. Raises `ModelFault` for one that cannot be used."""
    for point in entry_points(group=GROUP):
        yield _load(point)


def _load(point: EntryPoint) -> Model:
    package = point.dist.name if point.dist else point.module
    try:
        model = point.load()  # an import, which may raise anything
    except Exception as error:
        raise ModelFault(package, f"“{point.name}” cannot be loaded ({type(error).__name__}: {error})") from error
    if not isinstance(model, Model):
        raise ModelFault(package, f"“{point.name}” ({point.value}) is no drivers.catalogue.model.Model")
    return model
