"""How long the program takes beside what other tools need for the same bytes (`make bench`); nothing is asserted.

Makes its own inputs in a folder that is removed at the end: captures of AUTOPATH_BENCH_BYTES (1 GB by default).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.speed import inputs, peers
from bench.speed.running import AUTOPATH, ROOT, Timed, analyze, timed
from bench.speed.simulated import simulated
from bench.speed.table import Row, Section, machine, page, text

PAGE = ROOT / "docs" / "performance.md"
BYTES = "AUTOPATH_BENCH_BYTES"
GB = 1_000_000_000


def main() -> int:
    """Print each section when it is done, and write the page."""
    size = int(os.environ.get(BYTES, GB))
    print(machine())
    load = "load average at the start " + ", ".join(f"{value:.1f}" for value in os.getloadavg())
    with tempfile.TemporaryDirectory(prefix="autopath-bench-") as folder:
        sections = []
        for section in _Bench(Path(folder), size).sections():
            print(text(section), flush=True)
            sections.append(section)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(sections, load))
    print(f"\nwritten: {PAGE.relative_to(ROOT)}")
    return 0


class _Bench:
    """The inputs and what was timed of them."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self._size, self._out = folder, size, folder / "out"
        self._case = folder / "case"
        self._capture = inputs.capture(self._case, size)
        self._start = inputs.head_of(self._capture, size // 16, folder / "start.pcap")
        self._started = analyze(self._out, self._start)

    def sections(self) -> Iterator[Section]:
        """One after the other: what comes later needs room on the disk that others have given back."""
        yield self._reading()
        yield self._slow()
        yield self._small_frames()
        yield self._packed()
        yield self._workers()
        yield self._whole()
        yield self._logs()
        yield Section(
            "The simulator", "What makes these inputs.", tuple(simulated(self._size // 2, self._folder / "s"))
        )

    def _marginal(self, path: Path, started: Timed | None = None, algorithm: str = "none") -> Timed:
        """What the bytes of a capture cost beyond those of the short one."""
        return analyze(self._out, path, algorithm=algorithm).less(started or self._started)

    def _reading(self) -> Section:
        share = 1 - self._start.stat().st_size / self._capture.stat().st_size
        rows, walls = [], {}
        for name, command in (*peers.readers(self._capture), *peers.digests(self._capture)):
            walls[name] = timed(command).wall
            rows.append(Row(name, walls[name]))
        ng = inputs.capture(self._folder / "ng", self._size, "--format", "pcapng")
        for name, path, algorithm, against in (
            ("autopath --hash none, a further capture", self._capture, "none", ("cat", "tcpdump")),
            ("autopath --hash none, the same as pcapng", ng, "none", ("cat", "tcpdump")),
            ("autopath --hash sha256, a further capture", self._capture, "sha256", ("openssl", "sha256sum")),
        ):
            wall = int(self._marginal(path, algorithm=algorithm).wall / share)
            compared = [f"{wall / value:.2f} × {one}" for one, value in walls.items() if one.startswith(against)]
            rows.append(Row(name, wall, ", ".join(compared)))
        shutil.rmtree(self._folder / "ng")
        about = (
            f"{_bytes(self._capture)} of storage traffic with MTU-size frames. Of autopath only what these bytes cost: "
            "the analysis of the whole, less that of its first sixteenth, which has the start-up and the report too."
        )
        return Section("Reading a capture", about, tuple(rows))

    def _slow(self) -> Section:
        large = inputs.head_of(self._capture, self._size // 10, self._folder / "tenth.pcap")
        small = inputs.head_of(self._capture, 2_000_000, self._folder / "small.pcap")
        ours = self._marginal(self._capture).wall * GB / self._size * 16 / 15
        rows = [Row("autopath --hash none, a further GB", int(ours))]
        for name, command, path in peers.dissectors(large, small):
            nothing = inputs.head_of(self._capture, 24, self._folder / "nothing.pcap")
            idle = timed([str(nothing) if word == str(path) else word for word in command], 1)
            wall = timed(command, 1).less(idle).wall * GB / path.stat().st_size
            rows.append(Row(f"{name}, of {_bytes(path)}", int(wall), f"autopath is {wall / ours:.0f} × as fast"))
        about = "Seconds for a gigabyte, reckoned from a slice, without what the program needs for no frame at all."
        return Section("Beside tools that decode frames", about, tuple(rows))

    def _small_frames(self) -> Section:
        path = inputs.capture(self._folder / "cut", self._size // 2, "--snaplen", "64")
        cost = self._marginal(path)
        frames = (path.stat().st_size - self._start.stat().st_size) // 80
        row = Row(
            "autopath --hash none", cost.wall,
            f"{frames * 1000 / cost.wall:.1f} million frames/s, {frames * 1000 / cost.cpu:.1f} a second of CPU",
        )  # fmt: skip
        shutil.rmtree(path.parent)
        return Section("64-byte frames", f"{_bytes(path, frames * 80)}, each frame cut to 64 bytes.", (row,))

    def _packed(self) -> Section:
        plain = inputs.head_of(self._capture, self._size // 2, self._folder / "half.pcap")
        rows = []
        for suffix in (".gz", ".zst") if shutil.which("zstd") else (".gz",):
            packed = inputs.compressed(plain, self._folder / f"half.pcap{suffix}")
            fastest = 1 << 62
            for name, command in peers.decompressors(packed):
                wall = timed(command).wall
                fastest = min(fastest, wall)
                rows.append(Row(f"{name}, {_bytes(packed)}", wall))
            start = analyze(self._out, inputs.compressed(self._start, self._folder / f"start.pcap{suffix}"))
            wall = int(self._marginal(packed, start).wall / (1 - self._start.stat().st_size / plain.stat().st_size))
            rows.append(Row(f"autopath, half.pcap{suffix}", wall, f"{fastest / wall:.2f} × the speed of the fastest"))
            packed.unlink()
        about = f"{_bytes(plain)} of the same capture. Of autopath what the bytes cost, as above."
        plain.unlink()
        return Section("Compressed captures", about, tuple(rows))

    def _workers(self) -> Section:
        other = inputs.capture(self._folder / "other", self._size, seed=2)
        one, two = (analyze(self._out, self._capture, other, workers=n) for n in (1, 2))
        rows = (
            Row("autopath --hash none --workers 1", one.wall),
            Row("autopath --hash none --workers 2", two.wall, f"{one.wall / two.wall:.2f} × as fast"),
        )
        shutil.rmtree(self._folder / "other")
        return Section("Two captures at once", f"Two of {_bytes(self._capture)}, whole analyses.", rows)

    def _whole(self) -> Section:
        sample = ROOT / "samples" / "cvm-failure"
        rows = [Row("autopath --help", timed((*AUTOPATH, "--help")).wall)]
        for name, path, algorithm in (
            ("autopath analyze samples/cvm-failure", sample, "sha256"),
            ("autopath analyze, the capture with its logs", self._case, "sha256"),
            ("the same with --hash none", self._case, "none"),
        ):
            took = analyze(self._out, path, algorithm=algorithm, workers=os.cpu_count() or 1)
            rows.append(Row(name, took.wall, f"at most {took.memory // 1024} MiB"))
        return Section(
            "Whole analyses", f"Logs, report and start-up included; a capture of {_bytes(self._capture)}.", tuple(rows)
        )

    def _logs(self) -> Section:
        rows = []
        logs = inputs.logs(self._folder / "logs")
        for kind, name in (("genesis", "genesis.out"), ("kernel", "vmkernel.log")):
            short = max(logs.rglob(name), key=lambda path: path.stat().st_size, default=None)
            if short is None:
                continue
            paths = [inputs.log(kind, short, size, self._folder / f"{size}" / name) for size in self._log_sizes()]
            few, many = (analyze(self._out, path) for path in paths)
            read = paths[1].stat().st_size - paths[0].stat().st_size
            rows.append(
                Row(f"autopath, {name} of {_bytes(paths[1])}", many.wall, f"{read * 1000 // many.less(few).wall} MB/s")
            )
        return Section("Logs", "Mostly lines of other services, as on a CVM or a host.", tuple(rows))

    def _log_sizes(self) -> tuple[int, int]:
        sizes = 20_000_000, 220_000_000
        for size in sizes:
            (self._folder / f"{size}").mkdir(exist_ok=True)
        return sizes


def _bytes(path: Path, size: int | None = None) -> str:
    count = path.stat().st_size if size is None else size
    return f"{count / GB:.2f} GB" if count >= GB // 10 else f"{count / 1_000_000:.1f} MB"


if __name__ == "__main__":
    sys.exit(main())
