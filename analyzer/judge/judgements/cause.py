"""Whether the evidence names the cause of what no kind of failover explains: without one it is never fine."""

from __future__ import annotations

from analyzer.judge.dossier import Dossier, begin, end
from analyzer.model.episode import Episode, Judgement, StatementName, Wanted
from analyzer.model.instant import SECOND
from analyzer.model.measurement import InstantName, KnownInstant

METRIC = "cause"
ROUTED: frozenset[InstantName] = frozenset({"decided", "terminated", "repaired"})
_STOPPED: frozenset[StatementName] = frozenset({"vm-stopped", "vm-reset"})
BESIDE = SECOND  # a check that names the cause may have looked so long before the silence shows


def judge_cause(episode: Episode, dossier: Dossier) -> Judgement | None:
    """UNDECIDED for what nothing explains; None for a kind that is its own explanation, or where the cause is named."""
    if episode.kind != "unexplained" or _is_named(episode, dossier):
        return None
    return Judgement(
        verdict="UNDECIDED",
        metric=METRIC,
        reason="no-cause",
        measured=None,
        expected=None,
        decides=_decides(dossier),
    )


def _is_named(episode: Episode, dossier: Dossier) -> bool:
    """Whether the CVM that served, and serves again, was seen not to: it refused connections, its host stopped or reset
    its VM and a check found it up after that (it takes minutes to boot), or one found it down and a later one up. Where
    Genesis found the host's route wrong, or somebody changed it, that is not all of it.
    """
    if episode.before.kind not in ("local", "remote") or not _returned(episode):
        return False
    if ROUTED & {one.name for one in episode.instants if isinstance(one, KnownInstant)}:
        return False
    names = {claim.statement.name for claim in episode.claims}
    if _STOPPED & names and _is_back(_serving(episode, dossier), episode, dossier):
        return True
    return "connections-refused" in names or _was_found_down(_serving(episode, dossier), episode, dossier)


def _returned(episode: Episode) -> bool:
    one, other = episode.before, episode.after
    return (one.kind, one.via) == (other.kind, other.via)


def _serving(episode: Episode, dossier: Dossier) -> str | None:
    """The address of the CVM whose path it was."""
    if episode.before.kind == "remote":
        return episode.before.via
    host = next((one for one in dossier.hosts if episode.host in (one.address, one.name)), None)
    return episode.cvm or (host.cvm if host is not None else None)


def _was_found_down(cvm: str | None, episode: Episode, dossier: Dossier) -> bool:
    if cvm is None:
        return False
    checks = dossier.checks_of(dossier.address(cvm))
    first, last = begin(episode) - BESIDE, end(episode) + BESIDE
    ill = [found for found in checks.ill.overlapping(first, last) if first <= found.at <= last]
    return any(checks.back(found.at) is not None for found in ill)


def _is_back(cvm: str | None, episode: Episode, dossier: Dossier) -> bool:
    return cvm is not None and dossier.checks_of(dossier.address(cvm)).back(begin(episode)) is not None


def _decides(dossier: Dossier) -> tuple[tuple[Wanted, ...], ...]:
    """What would show a cause, of what is not there yet."""
    esxi = any(source.log is not None and source.log.machine == "esxi" for source in dossier.evidence.sources)
    wanted: list[Wanted] = []
    if "genesis" not in dossier.given:
        wanted.append("leaders-checks")
    if not esxi:
        wanted.append("host-logs")
    if "capture" not in dossier.given:
        wanted.append("whole-capture")
    return (tuple(wanted),) if wanted else ()
