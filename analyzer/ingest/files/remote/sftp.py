"""SFTP, by paramiko: user, keys and agent as OpenSSH's client finds them; a host whose key is not known is refused."""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote

import paramiko

from analyzer.ingest.files.remote import reading
from analyzer.ingest.files.remote.reading import BrokenError, Facts, RefusedError, hold, whole
from analyzer.model.source import Reason

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # what breaks is told by whoever reads
_PIECE, _PIECES = 1 << 15, 32
"""Bytes that a server gives at a time, and how many of these are asked for at once."""


def places(url: SplitResult, most: int) -> Iterator[tuple[str, SftpPlace]]:
    """The files that a URL means, one more than `most` at most: each with its name from the URL's end on."""
    host = _Host(url)
    path = unquote(url.path)
    try:
        sftp = host.client()
        if stat.S_ISDIR(sftp.stat(path).st_mode or 0):
            for number, inner in enumerate(_below(sftp, path.rstrip("/"), "")):
                yield inner if not url.path.endswith("/") else inner[1:], SftpPlace(host, path.rstrip("/") + inner)
                if number == most:
                    return
        else:
            yield "", SftpPlace(host, path)
    except Exception as error:  # noqa: BLE001 - of libraries, some of them bare
        raise _told(error) from None


def _below(sftp: paramiko.SFTPClient, path: str, inner: str) -> Iterator[str]:
    for found in sorted(sftp.listdir_attr(path + inner), key=lambda one: one.filename):
        mode = found.st_mode or 0
        if stat.S_ISDIR(mode):
            yield from _below(sftp, path, f"{inner}/{found.filename}")
        elif stat.S_ISREG(mode):
            yield f"{inner}/{found.filename}"


class _Host:
    """One server, and the connection to it while it lasts."""

    def __init__(self, url: SplitResult) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._ssh: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def client(self) -> paramiko.SFTPClient:
        """A connection."""
        with self._lock:
            if self._sftp is None:
                self._ssh = self._connected()
                self._sftp = self._ssh.open_sftp()
                channel = self._sftp.get_channel()
                if channel is not None:
                    channel.settimeout(reading.STALL_S)
            return self._sftp

    def drop(self) -> None:
        """The connection is of no use any more."""
        with self._lock:
            if self._ssh is not None:
                self._ssh.close()
            self._ssh = self._sftp = None

    def _connected(self) -> paramiko.SSHClient:
        told = _configured(self._url.hostname or "")
        ssh = paramiko.SSHClient()
        for known in told.get("userknownhostsfile", "~/.ssh/known_hosts").split():
            path = Path(os.path.expanduser(known))  # noqa: PTH111 - ~user too
            if path.is_file():
                ssh.load_system_host_keys(str(path))
        ssh.set_missing_host_key_policy(paramiko.RejectPolicy())
        ssh.connect(
            told.get("hostname", self._url.hostname or ""),
            port=self._url.port or int(told.get("port", 22)),
            username=unquote(self._url.username) if self._url.username else told.get("user"),
            password=unquote(self._url.password) if self._url.password else None,
            key_filename=[name for name in told.get("identityfile", []) if Path(name).is_file()] or None,
            timeout=reading.CONNECT_S,
            banner_timeout=reading.CONNECT_S,
            auth_timeout=reading.STALL_S,
        )
        return ssh


def _configured(host: str) -> dict[str, Any]:
    """What the user's configuration of SSH says of a host."""
    path = Path("~/.ssh/config").expanduser()
    return dict(paramiko.SSHConfig.from_path(str(path)).lookup(host)) if path.is_file() else {}


class SftpPlace:
    """A file on a server."""

    def __init__(self, host: _Host, path: str) -> None:
        self._host, self._path = host, path

    def facts(self) -> Facts:
        """What it is: size and time of change."""
        try:
            return _facts(self._host.client().stat(self._path))
        except Exception as error:  # noqa: BLE001 - of libraries, some of them bare
            raise self._broken(error) from None

    def part(self, offset: int, facts: Facts) -> Iterator[bytes]:
        """Its bytes from an offset on."""
        try:
            file = self._host.client().open(self._path, "rb")
            _ask_ahead_quietly(file)
            yield from self._from(file, offset, facts)
        except (RefusedError, GeneratorExit):
            raise
        except Exception as error:  # noqa: BLE001 - of libraries, some of them bare
            raise self._broken(error) from None

    def _from(self, file: paramiko.SFTPFile, offset: int, facts: Facts) -> Iterator[bytes]:
        try:
            while offset < facts.size:
                hold(_facts(file.stat()), facts)
                end = min(facts.size, offset + _PIECE * _PIECES)
                asked = [(at, min(_PIECE, end - at)) for at in range(offset, end, _PIECE)]
                for (_, size), piece in zip(asked, file.readv(asked), strict=True):
                    yield whole(piece, size)
                offset = end
        finally:
            with suppress(Exception):  # the connection may be gone
                file.close()

    def _broken(self, error: Exception) -> BrokenError | RefusedError:
        told = _told(error)
        if isinstance(told, BrokenError):
            self._host.drop()
        return told


def _ask_ahead_quietly(file: paramiko.SFTPFile) -> None:
    """`readv` asks for its pieces in a thread, and where the connection ends meanwhile, that prints a traceback.

    The reading fails by itself then, which is told.
    """
    ask = file._prefetch_thread  # noqa: SLF001 - nothing else reaches the thread

    def asked(*what: object) -> None:
        with suppress(Exception):
            ask(*what)

    file._prefetch_thread = asked  # noqa: SLF001


def _facts(told: paramiko.SFTPAttributes) -> Facts:
    return Facts(told.st_size or 0, str(told.st_mtime or 0))


def _told(error: Exception) -> BrokenError | RefusedError:
    """What a library's error means, in our own words."""
    match error:
        case BrokenError() | RefusedError():
            return error
        case FileNotFoundError():
            return RefusedError(Reason("not-there"))
        case PermissionError() | paramiko.AuthenticationException() | paramiko.PasswordRequiredException():
            return RefusedError(Reason("not-allowed", detail="the server refuses this user or key, or the file"))
        case paramiko.BadHostKeyException():
            return RefusedError(Reason("not-allowed", detail="the key of the host is another one than known_hosts has"))
        case paramiko.SSHException() if "not found in known_hosts" in str(error):
            return RefusedError(
                Reason("not-allowed", detail="the key of the host is not in known_hosts: connect by ssh")
            )
        case TimeoutError():
            return BrokenError(f"nothing came for {reading.STALL_S} s")
        case ConnectionRefusedError() | paramiko.ssh_exception.NoValidConnectionsError():
            return BrokenError("the connection is refused")
        case _:
            return BrokenError("the server or the network failed")
