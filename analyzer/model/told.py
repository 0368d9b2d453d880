"""Why an episode is not sure, by name; and what an older document has only words for."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.measurement import InstantName

DoubtName = Literal[
    # of captures
    "service-not-back",
    "route-not-deleted",
    "local-path-unseen",
    "fault-by-last-frame",
    "public-side-unseen",
    "several-silent",
    "return-unseen",
    "one-direction",
    "unanswered-inside",
    "failure-or-route",
    "old-connection-unseen",
    "no-call-outstanding",
    "capture-clocks-differ",
    "capture-clock-set",
    # of logs
    "not-repaired",
    "log-begins-late",
    "overtaken",
    "stargate-denies",
    "stargate-never-away",
    "repair-unlogged",
    "command-failed",
    "no-result",
    "run-again",
    "by-hand",
    "by-others",
    "by-either",
    "failure-unlogged",
    "return-unlogged",
    "author-unlogged",
    "author-in-session",
    "stalled-before",
    "several-offsets-fit",
    # of both
    "host-unnamed",
    "contradicted",
    "out-of-order",
    # of an older document
    "as-told",
    "no-link-layer",
]
"""What is open. Captures: `service-not-back`, `route-not-deleted`: they end before; `local-path-unseen`: the host's,
`fault-by-last-frame`: so that the fault is taken to be the CVM's last frame; `public-side-unseen`: the CVM's;
`several-silent`: CVMs at that time, so whose is not known; `return-unseen`: the CVM's; `one-direction`: of the internal
switch; `unanswered-inside`: where the traffic went instead is not seen;
`failure-or-route`: of a CVM or added by hand, both look alike; `old-connection-unseen`: it did not go with a route that
was added, as its CVM may have ended it before; `no-call-outstanding`: the host may have been idle;
`capture-clocks-differ`: they are of devices whose clocks disagree; `capture-clock-set`: one was set meanwhile, or lacks
frames.

Logs: `not-repaired`: they end before; `log-begins-late`: without a check that found the path right; `overtaken`: by
another fault before the repair; `stargate-denies`: a check saw the host's own Stargate `state`; `stargate-never-away`:
they never have it but up; `repair-unlogged`: the checks found the path right again; `command-failed`; `no-result`: of
the route command; `run-again`: it was; `by-hand`: a person put the route right; `by-others`: somebody
did, whom no line names, and Genesis did not; `by-either`: a person and Genesis, or a session, gave the command at one
time;
`failure-unlogged`: whether the CVM had failed before that; `return-unlogged`: whether it had returned before a person
deleted the route; `author-unlogged`: no log that names one has it; `author-in-session`: none has who was in the
session; `stalled-before`: the host's storage was
away before the route was added;
`several-offsets-fit`: of a log's clock.

Both: `host-unnamed`: the captures don't say which host they show; `contradicted`: captures and logs disagree on
`instant`; `out-of-order`: `instant` is, so that an effect precedes its cause. `as-told`: what a document of schema 1
says in words, `told`; `no-link-layer`: only addresses tell the path, of which an older program judged.
"""


class Doubt(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reason for less confidence, with what its sentence tells beside the name."""

    name: DoubtName
    instant: InstantName | None = None
    state: Literal["up", "down"] | None = None
    told: str = ""


class AsTold(msgspec.Struct, frozen=True, tag="as-told"):
    """A sentence of a document of schema 1 where one of today has a name: it is shown, and nobody decides by it."""

    told: str
