from __future__ import annotations

from pathlib import Path

import pytest

from central.config import load_config
from central.errors import ConfigError

GOOD = 'network = "yuanjiang"\ndatabase = "central.db"\nkeys = "keys"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "central.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert (config.database, config.keys) == (str(tmp_path / "central.db"), str(tmp_path / "keys"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + "[broker]\nprot = 3\n", "broker: object contains unknown field `prot`."),
        (GOOD + "[broker]\nport = 99999\n", "broker.port: expected `int` <= 65535."),
        (GOOD + 'nework = "x"\n', "object contains unknown field `nework`."),
        (GOOD.replace("yuanjiang", "a/b"), "network: use letters, digits, dot, hyphen and underscore."),
        ("network =", "this is not TOML"),
        ('network = "x"\n', "object missing required field `database`."),
        (GOOD + '[[terminals]]\nid = "A"\nsite = 3\npublic_key = "x"\n', "terminals[0].site: expected `str`"),
        (GOOD + '[[terminals]]\nid = "A"\nsite = "S"\npublic_key = "x"\n' * 2, "terminals: A is listed twice."),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}: {says}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml")
