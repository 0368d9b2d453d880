"""What may be wrong with the evidence of a test, or unusual about it, and which files it touches."""

from __future__ import annotations

from random import Random

import msgspec

from analyzer.model.instant import SECOND

CAPTURES, LOGS = ("captures",), ("log", "host logs")
ALL = (*CAPTURES, *LOGS)
Value = str | int | bool
EVERY_KIND = ("cvm-failure", "route-injection", "route-deletion", "cvm-recovery", "unexplained")
FARTHEST = 120_000  # ms


class Impairment(msgspec.Struct, frozen=True, kw_only=True):
    """`options` and `evidence` are those of the simulator; `clocks` its `--clock`, where `X` stands for one offset of
    up to 120 s, `H` for half of it and `Y` for another. `log_timezone` is what the analysis is told. `blind` are the
    kinds of episode that captures need not tell then, with `leaderless` the leader's genesis.out is withheld;
    `partial`: something of the test is in no file.
    """

    name: str
    touches: tuple[str, ...] = ALL
    options: dict[str, Value] = {}
    evidence: dict[str, Value] = {}
    clocks: tuple[str, ...] = ()
    log_timezone: str | None = "UTC"
    blind: tuple[str, ...] = ()
    leaderless: bool = False
    partial: bool = False

    def drawn(self, random: Random) -> tuple[str, ...]:
        """The simulator's `--clock`, with the offsets drawn."""
        one, other = (random.randrange(-FARTHEST, FARTHEST + 1) for _ in "XY")
        values = {"X": f"{one}ms", "H": f"{one // 2}ms", "Y": f"{other}ms"}
        found = []
        for clock in self.clocks:
            device, _, told = clock.partition("=")
            found.append(f"{device}={values.get(told, told)}")
        return tuple(found)


IMPAIRMENTS = (
    Impairment(name="nothing"),
    Impairment(name="whole-second stamps", touches=LOGS, options={"header": "seconds"}),
    Impairment(name="millisecond stamps", touches=LOGS, options={"header": "milliseconds"}),
    # clocks, unknown to the analysis
    Impairment(name="log clocks off", touches=("log",), clocks=("cvm=~120s",)),
    Impairment(
        name="log clocks off, whole seconds", touches=("log",), options={"header": "seconds"}, clocks=("cvm=~120s",)
    ),
    Impairment(name="host clocks off", touches=("host logs",), clocks=("esxi=~120s",)),
    Impairment(name="capture clock off", touches=CAPTURES, clocks=("span=X", "vmk1=X")),
    Impairment(name="all clocks off", clocks=("cvm=~60s", "esxi=~60s", "span=H", "vmk1=H")),
    Impairment(name="one capture off", touches=CAPTURES, clocks=("span=X", "vmk1=Y")),
    Impairment(name="drift", clocks=("cvm=~5s,~50ppm", "esxi=~5s,~50ppm")),
    Impairment(name="log zone told", touches=("log",), options={"header": "seconds", "zone": "Europe/Berlin"},
               log_timezone="Europe/Berlin"),
    Impairment(name="log zone not told", touches=("log",), options={"header": "seconds", "zone": "America/Los_Angeles"},
               log_timezone=None),
    Impairment(name="log zone wrong", touches=("log",), options={"header": "seconds", "zone": "America/Los_Angeles"}),
    # captures
    Impairment(name="SPAN duplicates", touches=CAPTURES, evidence={"duplicates": 300}),
    Impairment(name="capture loss", touches=CAPTURES, evidence={"loss": 10}),
    Impairment(name="reordering", touches=CAPTURES, evidence={"reorder": 50}),
    Impairment(name="late start", touches=CAPTURES, evidence={"late": 25 * SECOND}, partial=True),
    Impairment(name="early end", touches=CAPTURES, evidence={"early": 20 * SECOND}, partial=True),
    # one direction shows that service moved or stalled; why is for a log to tell
    Impairment(name="replies only", touches=CAPTURES, evidence={"direction": "in"}, blind=EVERY_KIND, partial=True),
    Impairment(name="calls only", touches=CAPTURES, evidence={"direction": "out"}, blind=EVERY_KIND, partial=True),
    Impairment(name="snaplen 96", touches=CAPTURES, evidence={"snaplen": 96}),
    Impairment(name="VLAN", touches=CAPTURES, evidence={"vlan": 210}),
    Impairment(name="ERSPAN II", touches=CAPTURES, evidence={"encapsulation": "erspan-2"}),
    Impairment(name="ERSPAN III", touches=CAPTURES, evidence={"encapsulation": "erspan-3"}),
    Impairment(name="ring buffer", touches=CAPTURES, evidence={"ring": 10 * SECOND, "format": "pcapng"}),
    Impairment(name="compressed, rotated", evidence={"compress": "gz", "rotate": 20, "format": "pcap-ns"}),
    Impairment(name="physical switch", touches=CAPTURES, evidence={"switch": "physical"}),
    Impairment(name="mounts in capture", touches=CAPTURES, options={"mount": True}),
    # logs
    Impairment(name="truncated logs", touches=LOGS, evidence={"keep_log": 700}, partial=True),
    Impairment(name="leader's log missing", touches=("log",), leaderless=True, partial=True),
    # the cluster and its load
    Impairment(name="public network loses replies", options={"network_loss": 20, "rsize": 16384}),
    Impairment(name="reset unseen", options={"reply_path": "plain", "end": "rst"}),
    Impairment(name="idle datastore", options={"rate": 1, "queue_depth": 1}),
    Impairment(name="busy datastore", options={"rate": 40, "queue_depth": 8}),
    Impairment(name="60 s checks", options={"period": 60 * SECOND}),
    Impairment(name="slow tasks", options={"task_delay": 45 * SECOND}),
)  # fmt: skip
BY_NAME = {one.name: one for one in IMPAIRMENTS}
MILD = tuple(one for one in IMPAIRMENTS if one.name != "slow tasks")
