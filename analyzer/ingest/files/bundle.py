"""Where evidence lies: files, folders, and zip and tar bundles within one another, each file found once and opened.

A file is called as `naming` says; the members of bundles stand behind `!/` (`bundle.tgz!/cvm_logs/genesis.out`). A file
that is merely compressed keeps its name. What can't be opened is handed on too, with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from msgspec.structs import replace

from analyzer.errors import EvidenceError
from analyzer.ingest.files.archive import Member, Unreadable, archive, members
from analyzer.ingest.files.finding import (
    BUNDLE,
    Again,
    Closed,
    Names,
    Stored,
    not_opened,
    piece_of,
    stored_files,
)
from analyzer.ingest.files.fragments import Joined, Kept
from analyzer.ingest.files.naming import printable
from analyzer.ingest.streams.ahead import ReadAhead
from analyzer.ingest.streams.decoding import Decoded, Encoding, encoding_of
from analyzer.ingest.streams.decompress import Compression, compression, decompress
from analyzer.ingest.streams.digest import Digest
from analyzer.ingest.streams.scan_file import Carried, Described, Filled
from analyzer.ingest.streams.stream import Allowance, Fault, Stream, fault_of
from analyzer.ingest.wrappers.prefixes import are_picked_out, prefix_of, without
from analyzer.ingest.wrappers.several import MOST_PARTS, Beyond, Part, parts, several
from analyzer.ingest.wrappers.stamps import (
    LEAP_YEAR,
    UNKNOWN,
    Year,
    in_one_part,
    lacks_a_year,
    may_be_in_two_parts,
    with_years,
    year_of,
)
from analyzer.ingest.wrappers.wrapped import joined, wrapping_of
from analyzer.model.source import TRANSFER, HashAlgorithm, Reason

__all__ = [
    "BUNDLE",
    "Again",
    "Closed",
    "Leaf",
    "Progress",
    "Stored",
    "leaves",
    "leaves_again",
    "opened",
    "stored_files",
]

Progress = Callable[[str, int], None]

DEEPEST, MOST_PREFIXES = 8, 4
MEMBERS_AT_MOST = 100_000
"""Members of a stored file that are looked at, those of bundles in it too."""


class Around(msgspec.Struct, frozen=True):
    """What the wrappers of a text told. `host` wrote it, as the lines of a syslog server say. `year` was found for its
    stamps, 0 where nothing tells it. `picked_out`: its lines were searched for, and others left out.
    """

    host: str | None = None
    year: int | None = None
    picked_out: bool = False


class Leaf(msgspec.Struct, frozen=True):
    """One file that is neither folder, archive nor compressed any more.

    `stored` are the bytes as they lie in the folder or archive, with their digest; `plain` those after decompression
    (the same stream when there is none). Both are good until the next leaf is asked for. `explicit`: named by the
    user. `typed` is its path from the user's own words on, for error sentences and never for results. Text is plain
    once it is as `streams.decoding` says; `encoding` is how it was stored, None for what is no text. `scanned`: of a
    capture there is only its scan, in which the ends of some frames are left out.
    """

    name: str
    size: int | None
    stored: Stream
    plain: Stream
    compressions: tuple[Compression, ...]
    explicit: bool
    typed: str
    encoding: Encoding | None = None
    around: Around = Around()
    scanned: bool = False


def leaves(
    paths: Sequence[str | os.PathLike[str]],
    progress: Progress | None = None,
    algorithm: HashAlgorithm | None = None,
    year: Year = UNKNOWN,
) -> Iterator[Leaf | Closed | Again]:
    """Every file of `paths`, folders in sorted order, bundles in theirs.

    :class:`EvidenceError` when a path doesn't exist: that is a slip, and an analysis without it would mislead.
    """
    return _leaves(stored_files(paths), progress, algorithm, year)


def leaves_again(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Leaf | Closed | Again]:
    """As :func:`leaves`, of what was read before: none where a path has gone since."""
    with suppress(EvidenceError):
        yield from _leaves(stored_files(paths, again=True), None, None, UNKNOWN)


def raise_where_changed(found: Leaf | Closed | Again) -> None:
    """:class:`EvidenceError` where a file elsewhere is not what it was, or can't be had any more: what was read of it
    before can't be shown.
    """
    reason = found.stored.fault.reason if isinstance(found, Leaf) else getattr(found, "reason", None)
    if isinstance(found, Leaf | Closed) and reason is not None and reason.name in TRANSFER:
        raise EvidenceError(f"{found.typed}: {reason.sentence}")


def _leaves(
    found: Iterator[Stored | Closed | Again], progress: Progress | None, algorithm: HashAlgorithm | None, year: Year
) -> Iterator[Leaf | Closed | Again]:
    for one in found:
        if isinstance(one, Stored):
            yield from opened(one, progress, algorithm, year=year)
        else:
            yield one


def _opened(file: Stored) -> BinaryIO | Joined:
    if file.remote is not None:
        return cast("BinaryIO", file.remote.open())
    if not file.pieces:
        return Path(file.path).open("rb", buffering=0)
    return Joined([(piece_of(path).number, partial(_bytes_of, path)) for path in file.pieces])


def _bytes_of(path: str) -> BinaryIO:
    return Path(path).open("rb")


def opened(
    file: Stored,
    progress: Progress | None = None,
    algorithm: HashAlgorithm | None = None,
    *,
    beside: bool = False,
    year: Year = UNKNOWN,
    taking: Digest | None = None,
) -> Generator[Leaf | Closed]:
    """What is in a file on disk: itself, or the members of the bundle that it is.

    It is decompressed and hashed `beside` the work on its bytes, on threads of their own, or else by who reads them.
    `year` is for stamps that have none. `taking` is a digest to be taken in place of the `algorithm`'s.
    """
    if file.scan is not None:
        yield from _scanned(file, file.scan, progress, algorithm)
        return
    with ExitStack() as files:
        try:
            content = _opened(file)
            if not isinstance(content, Joined):
                files.enter_context(content)
        except OSError as error:
            yield Closed(file.name, not_opened(error), file.typed, file.explicit)
            return
        digest = taking or (Digest(algorithm, beside=beside) if algorithm else None)
        if digest is not None:
            files.callback(digest.settle)
        stored = Stream(content, digest=digest, heard=_listener(progress, file.name))
        opener = _Opener(Allowance(file.size), algorithm, explicit=file.explicit, beside=beside, year=year)
        is_zip = archive(stored.head()) == "zip" and not file.pieces and file.remote is None
        seekable = files.enter_context(Path(file.path).open("rb")) if is_zip else None
        yield from opener.open(Names(file.name, file.typed), file.size, stored, 0, seekable)


def _scanned(
    file: Stored, told: Described, progress: Progress | None, algorithm: HashAlgorithm | None
) -> Iterator[Leaf | Closed]:
    """The capture that a scan is of, in its full length."""
    try:
        content = Path(file.path).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        yield Closed(file.name, not_opened(error), file.typed, file.explicit)
        return
    with content:
        allowance = Allowance(os.fstat(content.fileno()).st_size)
        heard = _listener(progress, file.name) if not told.compressions else None
        plain = Stream(Filled(content, told), allowance=allowance, heard=heard)
        yield Leaf(
            file.name, told.size, Carried(told, algorithm), plain, told.compressions, file.explicit, file.typed,
            scanned=True,
        )  # fmt: skip


def _listener(progress: Progress | None, name: str) -> Callable[[int], None] | None:
    if progress is None:
        return None
    done = 0

    def heard(count: int) -> None:
        nonlocal done
        done += count
        progress(name, done)

    return heard


def _plain_text(leaf: Leaf) -> Leaf:
    """A text decoded, without what stands before each of its lines, and with these whole."""
    plain = Stream(Decoded(leaf.plain.body, leaf.encoding or "UTF-8"), fault=Fault(leaf.plain.fault))
    picked_out = leaf.around.picked_out
    for _ in range(MOST_PREFIXES):
        prefix = prefix_of(plain.head())
        if prefix is None:
            break
        picked_out |= are_picked_out(plain.head(), prefix)
        plain = Stream(without(plain.body, prefix), fault=Fault(plain.fault))
    if (wrapping := wrapping_of(plain.head())) is not None:
        plain = Stream(joined(plain.body, wrapping), fault=Fault(plain.fault))
    return replace(leaf, plain=plain, around=replace(leaf.around, picked_out=picked_out))


def _of_part(around: Around, part: Part) -> Around:
    """What is known of one of several logs in a text."""
    return replace(around, host=part.host or around.host, picked_out=around.picked_out or part.picked_out)


def _stamped(leaf: Leaf, year: Year) -> Leaf:
    """The text with stamps as all others have them."""
    plain, head = leaf.plain, leaf.plain.head()
    if may_be_in_two_parts(head):
        plain = Stream(in_one_part(plain.body), fault=Fault(plain.fault))
        return replace(leaf, plain=plain)
    if not lacks_a_year(head):
        return leaf
    known = year_of(head, year)
    plain = Stream(with_years(plain.body, known or LEAP_YEAR), fault=Fault(plain.fault))
    return replace(leaf, plain=plain, around=replace(leaf.around, year=None if year.told else known or 0))


def _not_had(names: Names, stored: Stream) -> Iterator[Closed]:
    """That a file elsewhere was not had to its end, where some of what is in it was."""
    if (broken := stored.fault.transfer) is not None:
        yield Closed(names.shown, broken, names.typed)


class _Opener:
    """Opens one stored file, layer by layer, within one allowance for all that it expands to."""

    def __init__(
        self, allowance: Allowance, algorithm: HashAlgorithm | None, *, explicit: bool, beside: bool, year: Year
    ) -> None:
        self._allowance, self._algorithm, self._explicit, self._beside = allowance, algorithm, explicit, beside
        self._year = year
        self._members = 0

    def open(
        self,
        names: Names,
        size: int | None,
        stored: Stream,
        depth: int,
        seekable: BinaryIO | None = None,
        around: Around = Around(),  # noqa: B008 - a frozen value
    ) -> Iterator[Leaf | Closed]:
        """The leaves of a stored file. Whatever is raised on the way to them, it alone is given up."""
        try:
            yield from self._layers(names, size, stored, depth, seekable, around)
        except Exception as error:  # noqa: BLE001 - of libraries, of the system, of our own on what nobody foresaw
            yield Closed(names.shown, fault_of(error), names.typed, self._explicit and depth == 0)

    def _layers(
        self, names: Names, size: int | None, stored: Stream, depth: int, seekable: BinaryIO | None, around: Around
    ) -> Iterator[Leaf | Closed]:
        """Its leaves; layers beyond :data:`DEEPEST` are not opened."""
        with ExitStack() as threads:
            plain, layers = self._plain(stored, depth, threads)
            kind = archive(plain.head())
            if depth + len(layers) >= DEEPEST and (kind or compression(plain.head())):
                yield Closed(names.shown, Reason("too-many-layers", expected=DEEPEST), names.typed)
            elif kind is None:
                encoding = encoding_of(plain.head())
                explicit = self._explicit and depth == 0
                leaf = Leaf(names.shown, size, stored, plain, layers, explicit, names.typed, encoding, around)
                yield from (self._text(names, leaf, depth) if encoding is not None else (leaf,))
            else:
                stored.forgo_digest()
                kept = Kept()
                threads.callback(kept.close)
                for member in members(plain.body, kind, seekable):
                    self._members += 1
                    if self._members > MEMBERS_AT_MOST:
                        yield Closed(names.shown, Reason("too-many-members"), names.typed)
                        break
                    if isinstance(member, Member) and (fragment := kept.room_for(member.name)):
                        kept.keep(fragment, Stream(member.content, allowance=self._allowance).body)
                    elif member.name or not (plain.fault.reason or stored.fault.reason):  # else that is told once
                        yield from self._member(names, member, depth + len(layers) + 1)
                for whole, lost, content in kept.wholes():
                    yield from self._member(names, Member(whole, 0, content), depth + len(layers) + 1)
                    inside = names.member(printable(whole))
                    yield from (Closed(inside.shown, Reason("fragment-missing", found=n), inside.typed) for n in lost)
                yield from _not_had(names, stored)
                if not stored.fault.transfer and (fault := plain.fault.reason or stored.fault.reason):
                    yield Closed(names.shown, Reason("bundle-cut", cause=fault), names.typed)

    def _plain(self, stored: Stream, depth: int, threads: ExitStack) -> tuple[Stream, tuple[Compression, ...]]:
        plain, layers = stored, list[Compression]()
        while depth + len(layers) < DEEPEST and (name := compression(plain.head())):
            ahead = ReadAhead(decompress(plain.body, name), beside=self._beside)
            threads.callback(ahead.close)
            plain = Stream(ahead, allowance=self._allowance)
            layers.append(name)
        return plain, tuple(layers)

    def _text(self, names: Names, leaf: Leaf, depth: int) -> Iterator[Leaf | Closed]:
        """The logs that a text holds: one, or several that were printed together."""
        unstamped = _plain_text(leaf)
        teller = several(unstamped.plain.head())
        leaf = _stamped(unstamped, self._year) if teller is None else unstamped
        if leaf is not unstamped:
            teller = several(leaf.plain.head())
        plain = leaf.plain
        if teller is None or depth >= DEEPEST:
            yield leaf
            return
        apart = False
        for part in parts(plain.body, plain.head(), teller):
            if isinstance(part, Beyond):
                yield Closed(names.shown, Reason("too-many-logs", expected=MOST_PARTS, found=part.lines), names.typed)
                continue
            if part.alone:
                content = Stream(part.content, fault=Fault(plain.fault))
                yield replace(leaf, plain=content, around=_of_part(leaf.around, part))
                if not content.count:  # nobody wanted it
                    return
                content.drain()
                continue
            leaf.stored.forgo_digest()
            digest = Digest(self._algorithm, beside=self._beside) if self._algorithm else None
            stored = Stream(part.content, digest=digest, fault=Fault(plain.fault))
            member = names.member(printable(part.name))
            yield from self.open(member, None, stored, depth + 1, around=_of_part(leaf.around, part))
            stored.drain()
            apart = True
        if apart:
            yield from _not_had(names, leaf.stored)

    def _member(self, bundle: Names, member: Member | Unreadable, depth: int) -> Iterator[Leaf | Closed]:
        inner = printable(member.name.removeprefix("./").lstrip("/"))
        names = bundle.member(inner)
        if isinstance(member, Unreadable):
            yield Closed(names.shown, member.reason, names.typed)
            return
        digest = Digest(self._algorithm, beside=self._beside) if self._algorithm else None
        stored = Stream(member.content, allowance=self._allowance, digest=digest)
        yield from self.open(names, member.size, stored, depth)
