from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scripts.virtual_machine.recipe import KEY_DIGITS, Recipe, cache_folder, exact_kernel

RECIPE = Recipe("bookworm", ("kmod", "udev"), "linux-image-6.1.0-1-amd64=6.1.1-1", ("msgspec==0.22.0",), "ab" * 32)


def test_the_same_base_has_the_same_key() -> None:
    assert RECIPE.key == replace(RECIPE).key
    assert len(RECIPE.key) == KEY_DIGITS


def test_whatever_goes_into_a_base_changes_its_key() -> None:
    others = (
        replace(RECIPE, suite="trixie"),
        replace(RECIPE, packages=("kmod", "udev", "weston")),
        replace(RECIPE, kernel="linux-image-6.1.0-2-amd64=6.1.2-1"),
        replace(RECIPE, requirements=("msgspec==0.22.1",)),
        replace(RECIPE, builder="cd" * 32),
    )
    assert len({recipe.key for recipe in (RECIPE, *others)}) == 1 + len(others)


def test_kernel_is_named_exactly() -> None:
    depends = "linux-image-amd64\n  Depends: linux-image-6.1.0-56-amd64\n"
    shown = "Package: linux-image-6.1.0-56-amd64\nVersion: 6.1.192-2\nInstalled-Size: 1\n"
    assert exact_kernel(depends, shown) == "linux-image-6.1.0-56-amd64=6.1.192-2"
    assert exact_kernel("", shown) is None
    assert exact_kernel(depends, "") is None


def test_cache_is_where_caches_are() -> None:
    assert cache_folder({"HOME": "/h", "XDG_CACHE_HOME": "/x"}) == Path("/x/shufang/machine")
    assert cache_folder({"HOME": "/h", "XDG_CACHE_HOME": ""}) == Path("/h/.cache/shufang/machine")
