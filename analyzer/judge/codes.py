"""The stable codes of findings: a code never changes its meaning, and a retired one is not used again."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.finding import Finding
from analyzer.model.source import Origin

Severity = Literal["info", "warning", "problem"]


class Code(msgspec.Struct, frozen=True):
    """What a code means, how grave it is, and what to do about it."""

    code: str
    severity: Severity
    title: str
    advice: str

    def finding(self, sentence: str, origins: tuple[Origin, ...] = ()) -> Finding:
        """A finding of this code."""
        return Finding(code=self.code, severity=self.severity, sentence=sentence, origins=origins, advice=self.advice)


ROUTE_BY_HAND = Code(
    "AP101",
    "warning",
    "A route to the storage address was changed by hand",
    "Ask who did it, and whether it was a test.",
)
APD_STARTED = Code(
    "AP102",
    "problem",
    "The host lost its datastore (all paths down, or server disconnected)",
    "The failover was late for ESXi: look at the stages for where the time went.",
)
NOT_TERMINATED = Code(
    "AP103",
    "warning",
    "The route was deleted and no NfsTerminateConnection was seen before",
    "Clients may keep a dead connection: look at the resets after the delete.",
)
ICMP_REDIRECT = Code(
    "AP104",
    "warning",
    "An ICMP redirect for the storage address can make a host route of its own",
    "Turn redirects off on the public network's router.",
)
CVM_SILENT = Code(
    "AP105",
    "info",
    "A CVM failed that is not the local CVM of a host in the evidence",
    "Nothing moved on the hosts seen here; look at the hosts of that CVM.",
)
ZONE_ASSUMED = Code(
    "AP201",
    "warning",
    "Stamps without a zone were read as UTC",
    "Give --log-timezone with the CVM's zone (an IANA name such as Europe/Berlin).",
)
CLOCK_ASSUMED = Code(
    "AP202",
    "info",
    "A clock is assumed to be right, as nothing in the evidence bounds it",
    "Give --clock SOURCE=OFFSET when you know better.",
)
CLOCKS_CONTRADICT = Code(
    "AP203",
    "warning",
    "Clocks or stories contradict each other",
    "Check --log-timezone and --clock, and that the files are of the same test.",
)
NO_OVERLAP = Code(
    "AP204",
    "warning",
    "Sources do not overlap in time",
    "Give evidence of one test only, or correct a clock with --clock.",
)
UNCLASSIFIED = Code(
    "AP301",
    "info",
    "Lines with HA evidence that no rule takes",
    "See them with `autopath explain FILE`, and add rules with --rules.",
)
NO_STORAGE_TRAFFIC = Code(
    "AP401",
    "warning",
    "A capture holds no traffic of the storage address",
    "On the public network that is healthy; else check --storage-address and where the capture was taken.",
)
CUT_SHORT = Code(
    "AP402",
    "warning",
    "A capture ends inside a packet or block",
    "What precedes the cut was read; copy the file again.",
)
UNCONFIRMED_MARK = Code(
    "AP501", "warning", "A person's note that no other evidence confirms", "Check the note's time and zone."
)
ASSUMPTION = Code("AP502", "info", "Something was assumed", "An inventory (--inventory) settles it.")

CODES: tuple[Code, ...] = (
    ROUTE_BY_HAND,
    APD_STARTED,
    NOT_TERMINATED,
    ICMP_REDIRECT,
    CVM_SILENT,
    ZONE_ASSUMED,
    CLOCK_ASSUMED,
    CLOCKS_CONTRADICT,
    NO_OVERLAP,
    UNCLASSIFIED,
    NO_STORAGE_TRAFFIC,
    CUT_SHORT,
    UNCONFIRMED_MARK,
    ASSUMPTION,
)
