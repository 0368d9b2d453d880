r"""OpenMetrics text, for the textfile collector of Prometheus' node exporter, which reads it as well.

Gauges only, without time stamps, as that collector takes no other. What is one of several words has a series for each,
1 or 0. A span is told by its ends (`edge`); one that nothing bounds from above ends at `+Inf`. Seconds are exact
decimals of the ns. References: OpenMetrics 1.0 (text format), Prometheus exposition format 0.0.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

import msgspec

from analyzer.model.instant import SECOND, UNBOUNDED
from analyzer.report.words import visible

Labels = dict[str, str]


class Family(msgspec.Struct, frozen=True):
    """A gauge: its name without the prefix, what it says, its unit (or none), and its values by their labels."""

    name: str
    says: str
    unit: str
    samples: tuple[tuple[Labels, str], ...]


def metrics_text(families: Iterable[Family], common: Labels) -> bytes:
    """The families as text; each of their series has the labels `common` too."""
    lines = (line for family in families for line in _lines(family, common))
    return "".join(f"{line}\n" for line in (*lines, "# EOF")).encode()


def _lines(family: Family, common: Labels) -> Iterator[str]:
    if not family.samples:
        return
    name = f"autopath_{family.name}"
    yield f"# TYPE {name} gauge"
    if family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield f"# HELP {name} {family.says}"
    for labels, value in family.samples:
        told = ",".join(f'{key}="{_escaped(text)}"' for key, text in (common | labels).items())
        yield f"{name}{{{told}}} {value}"


def _escaped(text: str) -> str:
    """A label's value: one line, in which nothing ends it."""
    return visible(text).replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def one_of(label: str, word: str, words: object) -> Iterator[tuple[Labels, str]]:
    """A series for each of these words, 1 for the one that it is."""
    for each in get_args(words):
        yield {label: each}, str(int(each == word))


def edges(labels: Labels, least: int, most: int) -> Iterator[tuple[Labels, str]]:
    """Both ends of a span, ns."""
    yield labels | {"edge": "least"}, seconds(least) if least > -UNBOUNDED else "-Inf"
    yield labels | {"edge": "most"}, seconds(most) if most < UNBOUNDED else "+Inf"


def seconds(ns: int) -> str:
    """`23.812000001`: exact, without needless zeros."""
    whole, rest = divmod(abs(ns), SECOND)
    decimals = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{'-' if ns < 0 else ''}{whole}{decimals}"
