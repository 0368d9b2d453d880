"""What the bytes of a capture cost, beside other programs that read, hash, decode or decompress them.

Of autopath always the marginal cost: the analysis of a whole capture, less that of its first sixteenth, which has the
start-up and the report too.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.speed import aims, inputs, peers
from bench.speed.aims import Aim
from bench.speed.inputs import shown
from bench.speed.running import Command, Timed, analysis, in_turn, timed
from bench.speed.table import Row, Section, row

GB = 1_000_000_000
PART = 16


class Captures:
    """The inputs, and what was timed of them."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self._size, self._out = folder, size, folder / "out"
        self.case = folder / "case"
        self._capture = inputs.capture(self.case, size)
        self.start = inputs.head_of(self._capture, size // PART, folder / "start.pcap")
        self._a_gb = 0.0

    def _analysis(self, *paths: Path, algorithm: str = "none", workers: int | None = None) -> Command:
        return analysis(self._out, *paths, algorithm=algorithm, workers=workers)

    def reading(self) -> Section:
        """Lines of cat, tcpdump and digests, and autopath's beside them."""
        ng = inputs.capture(self._folder / "ng", self._size, "--format", "pcapng")
        readers, digests = peers.installed(peers.readers(self._capture)), peers.installed(peers.digests(self._capture))
        ours = (
            ("autopath --hash none, a further GB", self._capture, "none"),
            ("autopath --hash none, a further GB of pcapng", ng, "none"),
            ("autopath --hash sha256, a further GB", self._capture, "sha256"),
        )
        begin = [self._analysis(self.start, algorithm=algorithm) for algorithm in ("none", "sha256")]
        whole = [self._analysis(path, algorithm=algorithm) for _, path, algorithm in ours]
        none, sha256, *took = in_turn([*begin, *whole, *(peer.command for peer in (*readers, *digests))])
        rows, walls = [], {}
        for peer, one in zip((*readers, *digests), took[len(ours) :], strict=True):
            walls[peer.program] = self._per_gb(one, self._capture.stat().st_size)
            rows.append(Row(f"{peer.name}, a GB", int(walls[peer.program]), calm=one.calm))
        hashing = {peer.program: walls[peer.program] for peer in digests}
        held: list[Aim] = []
        for (name, path, algorithm), one in zip(ours, took, strict=False):
            more = one.less(sha256 if algorithm == "sha256" else none)
            wall = self._per_gb(more, path.stat().st_size - self.start.stat().st_size)
            self._a_gb = self._a_gb or wall
            if algorithm == "sha256":
                found = [aims.of_hashing(name, wall, hashing)]
            else:
                found = aims.of_readers(name, wall, walls)
            told = ", ".join(f"{aim.found:.2f} {aim.unit}" for aim in found if isinstance(aim.found, float))
            rows.append(Row(name, int(wall), told, calm=more.calm))
            held += found
        shutil.rmtree(self._folder / "ng")
        about = (
            f"{shown(self._capture)} of storage traffic with MTU-size frames and acknowledgements. Of autopath only "
            "what these bytes cost: the analysis of the whole, less that of its first sixteenth."
        )
        return Section("Reading a capture", about, tuple(rows), tuple(held))

    def _per_gb(self, took: Timed, size: int) -> float:
        return took.wall * GB / size

    def beside_dissectors(self) -> Section:
        """Tools that decode each frame, for a slice."""
        large = inputs.head_of(self._capture, self._size // 10, self._folder / "tenth.pcap")
        small = inputs.head_of(self._capture, 2_000_000, self._folder / "small.pcap")
        nothing = inputs.head_of(self._capture, 24, self._folder / "nothing.pcap")
        rows, held = [Row("autopath --hash none, a further GB", int(self._a_gb))], []
        for one in peers.dissectors(large, small):
            peer, times = one.peer, None
            if peer.installed:
                idle = timed([str(nothing) if word == str(one.path) else word for word in peer.command], 1)
                wall = self._per_gb(timed(peer.command, 1).less(idle), one.path.stat().st_size)
                times = wall / self._a_gb
                rows.append(Row(f"{peer.name}, of {shown(one.path)}", int(wall), f"autopath is {times:.0f} × as fast"))
            if one.bound:
                held.append(aims.of_dissecting(peer.name, peer.program, times, one.bound))
        about = "Seconds for a gigabyte, reckoned from a slice, without what the program needs for no frame at all."
        return Section("Beside tools that decode frames", about, tuple(rows), tuple(held))

    def small_frames(self) -> Section:
        """A capture of frames that were cut to 64 bytes."""
        path = inputs.capture(self._folder / "cut", self._size // 2, "--snaplen", "64")
        begin, whole = in_turn([self._analysis(self.start, workers=1), self._analysis(path, workers=1)])
        cost = whole.less(begin)
        frames = (path.stat().st_size - self.start.stat().st_size) // 80
        size = path.stat().st_size
        shutil.rmtree(path.parent)
        per_second = frames * 1000 / max(cost.cpu, cost.wall)
        return Section(
            "64-byte frames",
            f"{shown(size)}, each frame cut to 64 bytes; reading and scanning on one core.",
            (row("autopath --hash none --workers 1, a further capture", cost, f"{per_second:.1f} million frames/s"),),
            (Aim("64-byte frames, a core", per_second, 8, "million frames/s", at_most=False),),
        )

    def packed(self) -> Section:
        """Captures in gz and zstd beside what only decompresses them."""
        head = inputs.head_of(self._capture, self._size // 2, self._folder / "head.pcap")
        plain = inputs.written_on(head, self._folder / "half.pcap")
        start = inputs.head_of(plain, self._size // PART, self._folder / "words.pcap")
        share = 1 - start.stat().st_size / plain.stat().st_size
        rows: list[Row] = []
        held: list[Aim] = []
        for suffix in (".gz", ".zst"):
            if suffix == ".zst" and not shutil.which("zstd"):
                held.append(aims.of_decompressing(suffix, 0, {}))  # which makes the input, too
                continue
            packed = inputs.compressed(plain, self._folder / f"half.pcap{suffix}")
            begin = inputs.compressed(start, self._folder / f"words.pcap{suffix}")
            others = peers.installed(peers.decompressors(packed))
            none, whole, *took = in_turn([self._analysis(begin), self._analysis(packed), *(p.command for p in others)])
            rows += [row(f"{peer.name}, {shown(packed)}", one) for peer, one in zip(others, took, strict=True)]
            wall = whole.less(none).wall / share
            walls = {peer.program: one.wall for peer, one in zip(others, took, strict=True)}
            aim = aims.of_decompressing(suffix, wall, walls)
            told = f"{aim.found:.2f} × the speed of the fastest" if isinstance(aim.found, float) else ""
            rows.append(Row(f"autopath, half.pcap{suffix}", int(wall), told))
            held.append(aim)
            packed.unlink()
        about = (
            f"{shown(plain)} of the same capture, with words for payload. Of autopath what the bytes cost, as above."
        )
        for path in (head, plain, start):
            path.unlink()
        return Section("Compressed captures", about, tuple(rows), tuple(held))

    def at_once(self) -> Section:
        """Two captures by one worker and by two."""
        other = inputs.capture(self._folder / "other", self._size, seed=2)
        both = (self._capture, other)
        short = (self.start, inputs.head_of(other, self._size // PART, self._folder / "other" / "start.pcap"))
        rows, held = [], list[Aim]()
        reading = in_turn(peers.two_readers(*both))
        told = f"{reading[0].wall / reading[1].wall:.2f} × as fast: what two cores get here of reading alone"
        rows += [row("cat, one after the other", reading[0]), row("cat, both at once", reading[1], told)]
        for algorithm in ("none", "sha256"):
            commands = [self._analysis(*both, algorithm=algorithm, workers=n) for n in (1, 2)]
            begin, one, two = in_turn([self._analysis(*short, algorithm=algorithm, workers=1), *commands])
            ratio, marginal = one.wall / two.wall, one.less(begin).wall / two.less(begin).wall
            told = f"{ratio:.2f} × as fast, {marginal:.2f} × without the start-up"
            rows += [row(f"autopath --hash {algorithm} --workers 1", one)]
            rows += [row(f"autopath --hash {algorithm} --workers 2", two, told)]
            held.append(Aim(f"two workers, two captures, --hash {algorithm}", marginal, 1.7, "× one", at_most=False))
        shutil.rmtree(self._folder / "other")
        about = (
            f"Two of {shown(self._capture)}. Start-up and report, which no worker shares, are those of two short ones."
        )
        return Section("Two captures at once", about, tuple(rows), tuple(held))
