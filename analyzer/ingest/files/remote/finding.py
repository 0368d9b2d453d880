"""Which files a URL means: one, or all below it where it ends with a slash; none of them read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import SplitResult

import msgspec

from analyzer.errors import EvidenceError, UsageError
from analyzer.ingest.files.remote.reading import Facts, Place, RefusedError, RemoteBytes, patiently
from analyzer.ingest.files.remote.urls import SFTP, parsed, shown_url

_T = TypeVar("_T")
AT_MOST = 100_000
"""Files below one URL."""


class RemoteFile(msgspec.Struct, frozen=True):
    """A file elsewhere: what it is called, what it was when it was found, and where it lies."""

    name: str
    facts: Facts
    place: Place

    def open(self) -> RemoteBytes:
        """Its bytes from the first on."""
        return RemoteBytes(self.place, self.facts)


_found: dict[str, tuple[RemoteFile, ...]] = {}
"""What each URL meant when it was read first: what is read again later is held against it."""


def remote_files(url: str, *, again: bool = False) -> tuple[RemoteFile, ...]:
    """The files that a URL means, in order; `again`: those of the last time, as they were found then.

    Raises :class:`EvidenceError` where it can't be read, or means none, :class:`UsageError` without what reads it.
    """
    if not again or url not in _found:
        _found[url] = tuple(_files(url))
    return _found[url]


def _files(url: str) -> Iterator[RemoteFile]:
    parts, shown = parsed(url), shown_url(url)
    places = _places(parts.scheme, shown)
    found = _asked(lambda: list(places(parts, AT_MOST)), shown)
    if not found:
        raise EvidenceError(f"{shown}: nothing lies there; check the URL")
    if len(found) > AT_MOST:
        raise EvidenceError(f"{shown}: more than {AT_MOST:,} files lie there; name a part of them")
    for name, place in found:
        yield RemoteFile(shown + name, _asked(place.facts, shown + name), place)


def _asked(ask: Callable[[], _T], shown: str) -> _T:
    """What a question gives; :class:`EvidenceError` that names the file, or what was looked below."""
    try:
        return patiently(ask)
    except RefusedError as error:
        raise EvidenceError(f"{shown}: {error.reason.sentence}") from error


def _places(scheme: str, shown: str) -> Callable[[SplitResult, int], Iterator[tuple[str, Place]]]:
    """What knows the files that a URL of this scheme means."""
    try:
        if scheme == SFTP:
            from analyzer.ingest.files.remote import sftp

            return sftp.places
        from analyzer.ingest.files.remote import cloud
    except ImportError as error:
        extra = "sftp" if scheme == SFTP else "cloud"
        raise UsageError(
            f"{shown}: to read {scheme} needs the extra [{extra}]: pip install 'autopath-analyzer[{extra}]'"
        ) from error
    return cloud.places
