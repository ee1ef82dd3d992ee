from __future__ import annotations

from pathlib import Path

import pytest

from firmware_msgs.config import Broker, Rules, TerminalConfig, TerminalKeys
from kiosk.errors import IdentityError
from kiosk.identity import load_identity
from provisioning.keys import make_library_keys, make_terminal_keys


def config(**keys: str) -> TerminalConfig:
    names = {
        "signing": "terminal-signing.key",
        "library_sealing": "library-sealing.pub",
        "library_signing": "library-signing.pub",
    }
    return TerminalConfig(
        network="invented",
        terminal="t-17",
        site="s",
        site_name="S",
        journal="journal",
        screen_socket="screen",
        broker=Broker(host="127.0.0.1", port=1883),
        keys=TerminalKeys(**(names | keys)),
        rules=Rules(owners=()),
    )


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_library_keys(folder)
    make_terminal_keys(folder)
    return folder


def test_the_keys_that_provisioning_makes_are_loaded(keys: Path) -> None:
    identity = load_identity(config(), keys, "a boot")
    assert (identity.network, identity.terminal, identity.boot) == ("invented", "t-17", "a boot")
    assert identity.signing.public_key().public_bytes_raw() != identity.library_signing.public_bytes_raw()


@pytest.mark.parametrize(
    ("changed", "named", "remedy"),
    [
        ({"signing": "absent.key"}, "absent.key cannot be read", "provision keys terminal"),
        ({"signing": "terminal-signing.pub"}, "terminal-signing.pub does not hold", "provision keys terminal"),
        ({"signing": "library-sealing.key"}, "library-sealing.key does not hold a private Ed25519", "provision keys"),
        ({"library_sealing": "library-signing.pub"}, "library-signing.pub does not hold a public X25519", "library"),
        ({"library_signing": "library-sealing.pub"}, "library-sealing.pub does not hold a public Ed25519", "library"),
        ({"library_signing": "library-signing.key"}, "library-signing.key does not hold", "provision keys library"),
    ],
)
def test_a_wrong_key_file_is_named_with_what_to_do(
    keys: Path, changed: dict[str, str], named: str, remedy: str
) -> None:
    with pytest.raises(IdentityError) as caught:
        load_identity(config(**changed), keys, "a boot")
    assert named in str(caught.value)
    assert remedy in str(caught.value)
