"""Random sequences analysed in every mix, and held against their truth."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from analyzer.lab.simulate.scenario.action import LASTING
from analyzer.lab.simulate.scenario.options import shown
from bench.accuracy.design import MIXES, Mix
from bench.accuracy.expected import Given
from bench.accuracy.rows import Labels, Row
from bench.accuracy.sequences.sequence import Lived, Sequence, drawn, lived
from bench.accuracy.study import attempted, written_to

PREFIX = "random"
ZONE = "UTC"


def named(seed: int, mix: Mix) -> str:
    """What an analysis is called."""
    return f"{PREFIX}/{seed}/{mix.name}"


def analysed(seed: int) -> list[Row]:
    """The rows of the sequence of a seed, one a mix."""
    sequence = drawn(seed)
    story = lived(sequence)
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        written_to(Path(folder), story.files)
        return list(_rows(sequence, story, Path(folder)))


def given_to(sequence: Sequence, story: Lived, mix: Mix) -> Given:
    """What an analysis is given in a mix; a log in which a voice says nothing is not there."""
    return Given(
        files=tuple(one for one in story.truth.evidence if one.what in mix.what and story.files[one.file]),
        reworded=sequence.voice is not None,
        foreign=sequence.foreign,
        whole=True,
    )


def _rows(sequence: Sequence, story: Lived, folder: Path) -> Iterator[Row]:
    for mix in MIXES:
        given = given_to(sequence, story, mix)
        if not given.files:
            continue
        case = named(sequence.seed, mix)
        labels = Labels(
            case=case, scenario=PREFIX, shape=_shape(sequence), impairment=_impairment(sequence), mix=mix.name
        )
        row = attempted(story.truth, given, ZONE, labels, folder)
        told = "; ".join(described(sequence, story))
        yield replace(row, simulate=f"# {told}", analyze=f'python -m bench.accuracy --replay "{case}"')


def described(sequence: Sequence, story: Lived) -> Iterator[str]:
    """The faults, and what is done to clocks and logs, each in some words."""
    for fault in story.faults:
        told = [f"{fault.do} on {fault.on}"]
        told += [
            f"{name} {value}" for name in ("at", "after", "gateway") if (value := getattr(fault, name)) is not None
        ]
        told += ["before the captures"] if fault.before_capture else []
        told += [f"for {fault.seconds} s"] if fault.do in LASTING else []
        told += ["even in vain"] if fault.in_vain else []
        told += [f"beside Genesis {fault.beside_genesis}"] if fault.beside_genesis is not None else []
        yield ", ".join(told)
    yield from (f"clock {one}" for one in sequence.options.clock)
    if sequence.options.late_checks:
        yield f"checks up to {shown(sequence.options.late_checks)} late"
    if sequence.voice is not None:
        yield f"in the voice {sequence.voice}"
    if sequence.foreign:
        yield "with foreign lines"


def _shape(sequence: Sequence) -> str:
    return f"{sequence.options.nodes}-nodes"


def _impairment(sequence: Sequence) -> str:
    """What is unusual about the evidence."""
    found = [
        name
        for name, there in (
            ("clocks set", any("@" in one for one in sequence.options.clock)),
            ("clocks off", any("@" not in one for one in sequence.options.clock)),
            ("late checks", sequence.options.late_checks),
            ("voice", sequence.voice),
            ("foreign lines", sequence.foreign),
        )
        if there
    ]
    return ", ".join(found) or "nothing"
