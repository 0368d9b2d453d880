"""Large files are read by threads, several at once; what comes back, and its order, is as with one.

Scanning captures, reading, hashing and decompressing leave the interpreter's lock to others; logs are parsed under it,
so these take turns with one another. A thread costs nothing, where a process would have to import and to load the
kernels again, which takes longer than a capture of a gigabyte does. Small files are read by the calling thread.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

from analyzer.config import Settings
from analyzer.ingest import capture, logs
from analyzer.ingest.files.bundle import Again, Closed, Progress, Stored
from analyzer.ingest.reading import Outcome, read_file, read_ring
from analyzer.ingest.rings import rings
from analyzer.ingest.streams.beside import Done, attempted, begin
from analyzer.ingest.streams.decompress import compression

LARGE = 64 << 20
TICK_S = 0.1
SWITCH_S = 0.0005
"""How long a thread that computes in Python keeps the others waiting: a kernel needs a quarter of this for a block."""


Work = tuple[Stored, ...]


class _GivenUpError(BaseException):
    """Ends a thread whose file nobody waits for any more; no reader takes it for a fault of the file."""


def outcomes(
    found: Sequence[Stored | Closed | Again], settings: Settings, progress: Progress | None = None
) -> Generator[Outcome]:
    """What every file gives, in the order of `found`, whatever the number of workers; raises as the readers do.

    Whoever does not want all of it closes it: threads read until then.
    """
    rules = logs.load_rules(settings.rules, settings.storage_address)
    works = _works(found)
    large = {n: work for n, work in works.items() if sum(file.size for file in work) >= LARGE}
    if settings.workers < 2 or len(large) < 2:
        large = {}
    with _threads(large, settings, rules, progress) as threads:
        for number, file in enumerate(found):
            if not isinstance(file, Stored):
                yield file
            elif number in large:
                yield from threads.result(number)
            elif number in works:
                yield from _read(works[number], settings, rules, progress)
                threads.tell()


def _works(found: Sequence[Stored | Closed | Again]) -> dict[int, Work]:
    """What is read as one: a file, or the captures of a ring buffer, at the place of whichever was found first."""
    works: dict[int, Work] = {n: (file,) for n, file in enumerate(found) if isinstance(file, Stored)}
    for ring in rings(found):
        files = tuple(works.pop(n)[0] for n in ring)
        works[min(ring)] = files
    return works


def _read(work: Work, settings: Settings, rules: logs.Rules, progress: Progress | None) -> Iterator[Outcome]:
    if len(work) == 1:
        return read_file(work[0], settings, rules, progress)
    return read_ring(work, settings, rules, progress)


class _Threads:
    """The files that threads read, the largest first, and how far they are.

    What the threads share with this one is whole at any moment, as :mod:`analyzer.ingest.streams.beside` says.
    """

    def __init__(
        self, works: dict[int, Work], settings: Settings, rules: logs.Rules, progress: Progress | None
    ) -> None:
        self._works, self._settings, self._rules, self._progress = works, settings, rules, progress
        self._waiting: SimpleQueue[int] = SimpleQueue()
        self._results: dict[int, Done[tuple[Outcome, ...]]] = {}
        self._done: dict[str, int] = {}
        self._told: dict[str, int] = {}
        self._given_up = False
        self._begun = 0
        self._ended: list[None] = []
        self._news: SimpleQueue[None] = SimpleQueue()

    def start(self) -> None:
        """Begin to read."""
        workers = self._settings.workers
        threads = min(workers, len(self._works))
        self._settings = msgspec.structs.replace(self._settings, workers=workers // threads)
        for number in sorted(self._works, key=lambda n: (-sum(file.size for file in self._works[n]), n)):
            self._waiting.put(number)
        for _ in range(threads):
            begin(self._thread, self._give_up)
            self._begun += 1

    def result(self, number: int) -> tuple[Outcome, ...]:
        """What the file of that number gave, once it was read."""
        while number not in self._results:
            self._wait()
            self.tell()
        self.tell()
        done = self._results.pop(number)
        if done.error is not None:
            raise done.error
        return done.value or ()

    def tell(self) -> None:
        """Tell of the progress: only this thread does."""
        if self._progress is None:
            return
        for name, done in self._done.copy().items():
            if done != self._told.get(name):
                self._told[name] = done
                self._progress(name, done)

    def end(self) -> None:
        """Nothing is read any more when this returns."""
        self._give_up()
        while len(self._ended) < self._begun:
            self._wait()

    def _give_up(self) -> None:
        self._given_up = True

    def _wait(self) -> None:
        """Until a thread has read a file, or ended, or a moment has passed."""
        try:
            self._news.get(timeout=TICK_S)
        except Empty:
            return

    def _thread(self) -> None:
        """Read what waits, until nothing does, or nobody wants it any more."""
        while not self._given_up:
            try:
                number = self._waiting.get_nowait()
            except Empty:
                break
            self._results[number] = attempted(partial(self._read, self._works[number]))
            self._news.put(None)
        self._ended.append(None)
        self._news.put(None)

    def _read(self, work: Work) -> tuple[Outcome, ...]:
        def heard(name: str, count: int) -> None:
            if self._given_up:
                raise _GivenUpError
            self._done[name] = count

        return tuple(_read(work, self._settings, self._rules, heard))


@contextmanager
def _threads(
    works: dict[int, Work], settings: Settings, rules: logs.Rules, progress: Progress | None
) -> Iterator[_Threads]:
    """The threads for these files (none for none); none is left behind."""
    threads = _Threads(works, settings, rules, progress)
    if not works:
        yield threads
        return
    if any(work[0].remote is not None or _may_hold_captures(Path(work[0].path)) for work in works.values()):
        capture.prepare()
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        threads.start()
        yield threads
    finally:
        threads.end()
        sys.setswitchinterval(before)


def _may_hold_captures(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:  # whoever reads the file says so
        return False
    return capture.sniff(head) is not None or compression(head) is not None
