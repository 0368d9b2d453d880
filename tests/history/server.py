"""A real PostgreSQL server for the tests: of Debian's package, its data in a folder of its own, and on no network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER = "autopath"
_OTHERS = ("postgres", "nobody")


def programs() -> Path | None:
    """The folder of the server's programs: Debian puts them beside PATH; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(path) for path in (shutil.which("initdb"),) if path
    ]
    return found[-1].parent if found else None


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server that runs meanwhile, in a folder of a short name (a socket's path has at most 107 bytes),
    which is none of pytest's: those are for their owner alone, and the server refuses to be run by root.
    """
    there = programs()
    assert there is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    account = _account()
    if account:
        shutil.chown(folder, account["user"])
    data = folder / "data"
    options = ("-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=40")
    try:
        _run(account, there / "initdb", "-N", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C")
        # it ends with this process, however that ends
        server = ("setpriv", "--pdeathsig", "QUIT", there / "postgres", "-D", data, *options)
        with subprocess.Popen(
            [*map(str, server)], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **account
        ) as process:
            try:
                _await(there / "pg_isready", folder, process)
                yield f"postgresql://{USER}@/postgres?host={folder}"
            finally:
                process.send_signal(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _await(ready: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while subprocess.run([ready, "-q", "-h", folder], check=False).returncode:
        assert process.poll() is None, "PostgreSQL ended"
        assert time.monotonic() < until, "PostgreSQL takes no connection"
        time.sleep(0.05)


def _account() -> dict[str, Any]:
    """Who runs the server, as `subprocess` takes it; nothing where that is who runs the tests."""
    if os.getuid() != 0:
        return {}
    import pwd

    known = {each.pw_name for each in pwd.getpwall()}
    name = next(each for each in _OTHERS if each in known)
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def _run(account: dict[str, Any], *command: object) -> None:
    done = subprocess.run(
        [*map(str, command)], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **account
    )
    assert done.returncode == 0, done.stderr
