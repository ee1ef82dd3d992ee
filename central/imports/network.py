"""The network's own file (sites.toml): the tree of sites with their derived names, and what patrons may."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from central.imports.files import Problems

Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Tier(StrEnum):
    """A site's place in the network."""

    CENTER_LIBRARY = "center_library"
    MAIN_LIBRARY = "main_library"
    BRANCH = "branch"
    SERVICE_POINT = "service_point"
    VAN = "van"


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One site; `place` is what its name is made of."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    tier: Tier
    place: str
    parent: str | None = None


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a kind of patron may."""

    loan_limit: Count
    loan_days: Count


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`isils` are the owner codes on the network's own tags; `patterns` name a site by `{county}` and `{place}`."""

    county: str
    isils: tuple[str, ...]
    patterns: dict[Tier, str]
    categories: dict[str, Category]
    sites: tuple[Site, ...]

    def name_of(self, site: Site) -> str:
        """The site's public name, never typed but derived."""
        return self.patterns[site.tier].replace("{county}", self.county).replace("{place}", site.place)


def read_network(path: Path, problems: Problems) -> Network | None:
    """Read and check sites.toml."""
    try:
        network = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Network)
    except OSError as error:
        problems.add(path, None, f"the file cannot be read ({error.strerror}).", "Put it there, or mend its rights.")
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(path, None, f"this is not TOML: {error}.", "Mend that place.")
        return None
    except msgspec.ValidationError as error:
        problems.add(path, None, f"{error}.", "Mend or remove it.")
        return None
    _check_tree(network, path, problems)
    return network


def _check_tree(network: Network, path: Path, problems: Problems) -> None:
    codes: set[str] = set()
    for site in network.sites:
        if site.code in codes:
            problems.add(path, None, f"site {site.code} is listed twice.", "Codes are unique; change one of them.")
        if site.parent is not None and site.parent not in codes:
            problems.add(path, None, f"site {site.code} has the unknown parent {site.parent}.", "List parents first.")
        if site.tier not in network.patterns:
            problems.add(path, None, f"there is no name pattern for {site.tier}.", "Add it under [patterns].")
        codes.add(site.code)
