"""The initial RAM file system: just enough to find the disk, for Debian's kernel has every driver as a module."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from scripts.virtual_machine.programs import output

BUSYBOX: Final = Path("/bin/busybox")
MODULES: Final = ("virtio_pci", "virtio_blk", "ext4", "9pnet_virtio", "9p")
FOLDERS: Final = ("bin", "dev", "modules", "proc", "root", "sys")


def make_initrd(initrd: Path, system: Path, release: str) -> None:
    """Write the file `initrd` with the modules of kernel `release`, which lie below `system`/lib/modules."""
    tree = initrd.with_suffix(".tree")
    for name in FOLDERS:
        (tree / name).mkdir(parents=True)
    shutil.copy(BUSYBOX, tree / "bin" / "busybox")
    (tree / "bin" / "sh").symlink_to("busybox")
    init = tree / "init"
    shutil.copy(Path(__file__).with_name("start"), init)
    init.chmod(0o755)
    modules = in_loading_order([output("modprobe", "-d", str(system), "-S", release, "-D", each) for each in MODULES])
    for module in modules:
        shutil.copy(module, tree / "modules")
    (tree / "modules" / "order").write_text("".join(f"{module.name}\n" for module in modules), encoding="utf-8")
    output("sh", "-c", f"find . | cpio --quiet -o -H newc -R 0:0 | gzip -1 >{initrd}", folder=tree)
    shutil.rmtree(tree)


def in_loading_order(shown: list[str]) -> list[Path]:
    """The module files that `modprobe --show-depends` names, each once, none before what it stands on."""
    lines = (line.split() for text in shown for line in text.splitlines())
    return list(dict.fromkeys(Path(words[1]) for words in lines if words[0] == "insmod"))
