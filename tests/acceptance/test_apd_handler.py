"""All Paths Down as vmkernel's StorageApdHandler words it is of the datastore that the mount ties to the identifier."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.model.event import HostStorage
from analyzer.pipeline import analyze

IDENT = "4f1c22d0-9be01477"
MOUNTED = (
    "NFS: 346: Restored connection to the server 192.168.5.2 mount point /ctr1, mounted as "
    '4f1c22d0-9be01477-0000-000000000000 ("ctr1")'
)
FORMS = {
    "ident": ("StorageApdHandler: 1203: APD Start for ident [{}]!", "StorageApdHandler: 507: APD Exit for ident [{}]"),
    "handle": (
        "StorageApdHandler: 1204: APD start for 0x430a8d8b2f40 [{}]",
        "StorageApdHandler: 507: APD exit for 0x430a8d8b2f40 [{}]",
    ),
    "timer": (
        "StorageApdHandler: 286: APD Timer started for ident [{}]",
        "StorageApdHandler: 507: APD Exit for ident [{}]!",
    ),
}


@pytest.mark.parametrize(("ident", "lost"), [(IDENT, True), ("naa.60014055c425cd10", False)])
@pytest.mark.parametrize("form", FORMS)
def test_it_is_read_and_tied(form: str, ident: str, lost: bool, tmp_path: Path) -> None:
    (tmp_path / "vmkernel.log").write_text(
        "".join(
            f"2026-10-04T08:0{minute}:00.500Z cpu3:2097712){line}\n"
            for minute, line in enumerate((MOUNTED, *(line.format(ident) for line in FORMS[form])))
        )
    )

    run = analyze([tmp_path], Settings(log_timezone="UTC", hash="none"))

    told = [one.detail for one in run.events if isinstance(one.detail, HostStorage)]
    assert {"apd-start", "apd-exit"} <= {one.state for one in told}
    assert ("AP102" in {finding.code for finding in run.findings}) is lost
