"""A network disk is known by the kernel's tables of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.history import network
from analyzer.history.network import network_disk, type_of_mount

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
36 22 0:33 / /home rw,relatime shared:2 master:1 - nfs4 filer:/home rw,vers=4.2
37 22 0:34 /a\\040b /mnt/a\\040b rw - fuse.sshfs host:/ rw
38 22 0:35 / /mnt/odd
"""


@pytest.mark.parametrize(
    ("mount", "kind"), [("22", "ext4"), ("36", "nfs4"), ("37", "fuse.sshfs"), ("38", ""), ("3", ""), ("99", "")]
)
def test_the_mount_of_an_open_file(mount: str, kind: str) -> None:
    assert type_of_mount(f"pos:\t0\nflags:\t0100000\nmnt_id:\t{mount}\nino:\t2\n", MOUNTS) == kind


def test_without_an_id_nothing_is_known() -> None:
    assert type_of_mount("pos:\t0\n", MOUNTS) == ""


def test_a_disk_of_this_computer_is_none(tmp_path: Path) -> None:
    assert network_disk(tmp_path) == ""
    assert network_disk(tmp_path / "none") == ""


def test_a_network_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    real = network._MOUNTS.read_text("utf-8")
    mounts.write_text("\n".join(f"{line.partition(' - ')[0]} - nfs4 filer:/ rw" for line in real.splitlines()))
    monkeypatch.setattr(network, "_MOUNTS", mounts)
    assert network_disk(tmp_path) == "NFS"
    monkeypatch.setattr(network, "_MOUNTS", tmp_path / "none")
    assert network_disk(tmp_path) == ""
