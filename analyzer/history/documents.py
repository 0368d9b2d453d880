"""A run's document as the store keeps it: compressed, and known again by its digest."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, or_, select

from analyzer.errors import EvidenceError
from analyzer.history.tables import DOCUMENT

_AT_ONCE = 50
"""Documents that are fetched at once where all are gone through."""


class Packed(NamedTuple):
    """A document to be stored."""

    digest: str
    size: int
    content: bytes


class Kept(NamedTuple):
    """A document in the store: its id, the keys of its run and its test, and what is kept of it."""

    id: int
    run: str
    test: str
    packed: Packed


def packed(document: bytes) -> Packed:
    """The document as it is stored; these bytes come out of it again."""
    return Packed(sha256(document).hexdigest(), len(document), zlib.compress(document))


def unpacked(kept: Kept) -> bytes:
    """The bytes of a stored document; :class:`~analyzer.errors.EvidenceError` where they are not those stored."""
    try:
        document = zlib.decompressobj().decompress(kept.packed.content, kept.packed.size + 1)
    except zlib.error as error:
        raise EvidenceError(f"run {kept.run}: its document is damaged ({error}); import its report again") from error
    if sha256(document).hexdigest() != kept.packed.digest:
        raise EvidenceError(f"run {kept.run}: its document is not the one that was stored; import its report again")
    return document


def kept_as(connection: Connection, run: str, digest: str = "") -> Kept | None:
    """The document of the run with this key, or the very document that has this digest; None where there is none."""
    same = or_(DOCUMENT.c.run == run, DOCUMENT.c.digest == digest)
    row = connection.execute(select(DOCUMENT).where(same).order_by(DOCUMENT.c.id)).first()
    return None if row is None else _kept(row)


def is_whole(kept: Kept) -> bool:
    """Whether the bytes that were stored come out of it."""
    try:
        unpacked(kept)
    except EvidenceError:
        return False
    return True


def all_kept(connection: Connection) -> Iterator[Kept]:
    """Every document, in the order in which they were stored; a few are in memory at a time."""
    last = 0
    while True:
        asked = select(DOCUMENT).where(DOCUMENT.c.id > last).order_by(DOCUMENT.c.id).limit(_AT_ONCE)
        rows = connection.execute(asked).all()
        if not rows:
            return
        for row in rows:
            yield _kept(row)
        last = rows[-1].id


def _kept(row: Row[Any]) -> Kept:
    # a file that was damaged may have anything there: nothing comes out of no bytes, which is told
    packed = bytes(row.packed) if isinstance(row.packed, bytes | memoryview) else b""
    return Kept(row.id, row.run, row.test, Packed(row.digest, row.size, packed))
