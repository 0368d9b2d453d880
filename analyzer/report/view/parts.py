"""The pieces of a page: words and finished numbers, in the order in which the template lays them out.

Nothing here is computed by a template; `Markup` is finished SVG from the drawings.
"""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from analyzer.model.episode import Confidence


class Badge(msgspec.Struct, frozen=True, gc=False):
    """A verdict as a word with its symbol; `css` names its colour, which is never the only sign."""

    word: str
    symbol: str
    css: str
    meaning: str


class Ref(msgspec.Struct, frozen=True, gc=False):
    """A frame or line; `href` leads to where the page shows it, None when it does not."""

    label: str
    href: str | None


class Refs(msgspec.Struct, frozen=True, gc=False):
    """The first frames and lines that something rests on, and how many more there are."""

    shown: tuple[Ref, ...] = ()
    more: str = ""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A term and what there is to say of it."""

    term: str
    text: str


class Headline(msgspec.Struct, frozen=True, gc=False):
    """A headline figure; `known` False when `value` says why there is none; `id` is its anchor."""

    id: str
    title: str
    value: str
    detail: str
    known: bool
    refs: Refs = Refs()


class PathRow(msgspec.Struct, frozen=True, gc=False):
    """A path before, during or after."""

    when: str
    css: str
    path: str
    source: str
    next_hop: str
    vlan: str
    note: str


class RouteView(msgspec.Struct, frozen=True, gc=False):
    """A path as a diagram, with what it is in words, and the way that it takes; no diagram where that is not known."""

    when: str
    path: str
    told: str
    drawing: Markup | None


class StageRow(msgspec.Struct, frozen=True, gc=False):
    """A stage of the waterfall with its bar, from one key time to another (`refs`). Not all stages apply to each kind
    of episode.
    """

    name: str
    meaning: str
    duration: str
    known: bool
    applies: bool
    bar: Markup
    note: str
    refs: Refs


class InstantRow(msgspec.Struct, frozen=True, gc=False):
    """One of the ten instants; `id` is its anchor. `local` is its time in the run's zone, where that is known."""

    id: str
    name: str
    meaning: str
    known: bool
    applies: bool
    at: str
    local: str
    since_fault: str
    how: str
    refs: Refs


class LatencyRow(msgspec.Struct, frozen=True, gc=False):
    """Call-to-reply times of an NFS procedure in a phase."""

    phase: str
    procedure: str
    count: str
    p50: str
    p99: str
    most: str


class PhaseRow(msgspec.Struct, frozen=True, gc=False):
    """The host's storage traffic in a phase."""

    name: str
    start: str
    end: str
    replies: str
    reply_rate: str
    byte_rate: str
    size: str


class ShownLine(msgspec.Struct, frozen=True, gc=False):
    """A frame or line as a claim quotes it."""

    ref: Ref
    at: str
    text: str


class ClaimView(msgspec.Struct, frozen=True, gc=False):
    """A claim with its proof; `filters` are (capture, Wireshark display filter)."""

    id: str
    number: str
    sentence: str
    lines: tuple[ShownLine, ...]
    refs: Refs
    filters: tuple[tuple[str, str], ...]


class FindingView(msgspec.Struct, frozen=True, gc=False):
    """A finding; `symbol` and `severity` say how grave it is."""

    id: str
    code: str
    severity: str
    symbol: str
    title: str
    sentence: str
    advice: str
    refs: Refs


class JudgementView(msgspec.Struct, frozen=True, gc=False):
    """What was measured against what was expected, drawn on a scale where that is to be."""

    badge: Badge
    metric: str
    sentence: str
    facts: tuple[Fact, ...]
    decides: str
    gauge: Markup | None
    refs: Refs = Refs()


class EpisodeView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An episode, ready to be laid out; `prefix` is what the anchors within it begin with."""

    id: str
    prefix: str
    number: int
    name: str
    title: str
    story: str
    confidence: Confidence
    doubts: tuple[str, ...]
    facts: tuple[Fact, ...]
    badge: Badge
    judgements: tuple[JudgementView, ...]
    headlines: tuple[Headline, ...]
    timeline: Markup | None
    timeline_caption: str
    routes: tuple[RouteView, ...]
    paths: tuple[PathRow, ...]
    stages: tuple[StageRow, ...]
    instants: tuple[InstantRow, ...]
    instants_day: str
    zone: str
    phases: tuple[PhaseRow, ...]
    latencies: tuple[LatencyRow, ...]
    latency_note: str
    claims: tuple[ClaimView, ...]
    findings: tuple[FindingView, ...]


class SnapshotView(msgspec.Struct, frozen=True, gc=False):
    """What tables show of a host or CVM; `id` is its anchor."""

    id: str
    sentence: str
    refs: Refs


class ProofRow(msgspec.Struct, frozen=True, gc=False):
    """A frame or line of the register of evidence; `used_by` leads back to what rests on it."""

    id: str
    place: str
    at: str
    text: str
    rule: str
    used_by: tuple[Ref, ...]


class ProofGroup(msgspec.Struct, frozen=True, gc=False):
    """The register's part of one source: all of one `day`, which its rows leave out, or of several (empty);
    `display_filter` shows all its frames in Wireshark.
    """

    id: str
    title: str
    day: str
    display_filter: str
    rows: tuple[ProofRow, ...]


class InputRow(msgspec.Struct, frozen=True, gc=False):
    """An input file; `host` wrote it, where `clock` does not say so."""

    name: str
    kind: str
    size: str
    digest: str
    records: str
    time: str
    clock: str
    zone: str
    host: str
    comments: tuple[str, ...]


class ClockRow(msgspec.Struct, frozen=True, gc=False):
    """A clock's offset from the reference clock."""

    clock: str
    offset: str
    basis: str
    pairs: str
    note: str
    refs: Refs


class PartyRow(msgspec.Struct, frozen=True, gc=False):
    """A host or a CVM."""

    role: str
    address: str
    name: str
    macs: str
    cvm: str


class CaptureRow(msgspec.Struct, frozen=True, gc=False):
    """Totals of a capture, and how far it can be trusted."""

    name: str
    quality: str
    frames: str
    storage_frames: str
    calls: str
    replies: str
    unanswered: str
    resets: str
    truncated: str
    drops: str
    vlans: str


class SkippedRow(msgspec.Struct, frozen=True, gc=False):
    """What could not be read."""

    source: str
    where: str
    why: str
    count: str


class ExpectationRow(msgspec.Struct, frozen=True, gc=False):
    """What a metric of a kind is compared with; `applies` where the run has an episode of it."""

    applies: bool
    kind: str
    metric: str
    expected: str
    tolerance: str
    bound: str
    source: str
