from __future__ import annotations

from pathlib import Path

from scripts.virtual_machine.initrd import in_loading_order


def test_modules_are_loaded_once_and_after_what_they_stand_on() -> None:
    shown = [
        "insmod /m/virtio.ko \ninsmod /m/virtio_pci.ko \n",
        "builtin crc16\ninsmod /m/virtio.ko \ninsmod /m/virtio_blk.ko queues=1\n",
    ]
    assert in_loading_order(shown) == [Path("/m/virtio.ko"), Path("/m/virtio_pci.ko"), Path("/m/virtio_blk.ko")]
