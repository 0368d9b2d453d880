"""What correlation tells by name, in words: what is open, what shows an instant, and why one is not known."""

from __future__ import annotations

from analyzer.model.episode import EpisodeNote
from analyzer.model.measurement import How, HowName, MissingInstant, UnseenReason
from analyzer.model.path import Path, PathNote
from analyzer.model.told import AsTold, Doubt, DoubtName

_DOUBTS: dict[DoubtName, str] = {
    "service-not-back": "the capture ends before storage was back",
    "route-not-deleted": "the capture ends before the route was deleted",
    "local-path-unseen": "the host's local path is not in the capture",
    "fault-by-last-frame": "the fault is taken to be the CVM's last frame, as no capture shows how long it served the"
    " host: in an orderly shutdown service ends sooner",
    "public-side-unseen": "the CVM's public interface is not in the capture",
    "several-silent": "several CVMs stopped sending at about that time: the capture does not show which of them is the"
    " host's",
    "return-unseen": "the CVM's return is not in the capture: an injected route that began earlier would look the same",
    "no-link-layer": "the capture has no MAC addresses: a failure of the local CVM would look the same",
    "one-direction": "the capture of the internal switch has only one direction: the host may still have been served"
    " there",
    "unanswered-inside": "the host's own CVM did not answer; the capture does not show where the traffic went",
    "failure-or-route": "a failure of the local CVM and a route added by hand look the same in this evidence",
    "old-connection-unseen": "the host's old connection was not seen on the new path: its own CVM may have stopped"
    " before the route was added",
    "no-call-outstanding": "no request was seen waiting for a reply: the host may have been idle, or have used another"
    " path",
    "capture-clock-set": "the capture's clock was changed while it recorded, or frames are missing: what came after"
    " may "
    "have happened later than shown",
    "capture-clocks-differ": "the captures' clocks differ: what they show together of this host may be wrong, both the "
    "times and the kind of episode",
    "not-repaired": "the log ends before the repair",
    "log-begins-late": "the log does not begin with a check that found the path correct",
    "overtaken": "another fault followed before this one was repaired",
    "stargate-never-away": "in the log, the host's own Stargate is always up",
    "repair-unlogged": "the checks found the path correct again, and no repair is in the log",
    "command-failed": "a route command failed",
    "no-result": "the log has the route command, but not its result",
    "run-again": "the route command was run again in the next check",
    "by-hand": "the route was corrected by hand, not by Genesis",
    "by-others": "the route was corrected, and not by Genesis: no log says by whom",
    "by-either": "a person typed the command that corrected the route, and Genesis or a session gave it too: either may"
    " have changed it",
    "failure-unlogged": "the log does not show whether the CVM failed before the route was added",
    "return-unlogged": "the log does not show whether the CVM was back before the route was deleted",
    "author-unlogged": "no log in the evidence shows who changed the route: the leader's genesis.out would, or the"
    " host's shell.log and auth.log",
    "author-in-session": "no log in the evidence shows who was in the session that changed the route: the leader's"
    " genesis.out would, where it was Genesis",
    "stalled-before": "the host logged that its storage was away before the route was added; the logs do not show why",
    "several-offsets-fit": "more than one offset of the log's clock fits the evidence: each time is a range that"
    " holds all of them",
    "host-unnamed": "it is not known which host the captures show",
}

_EPISODE_NOTES: dict[EpisodeNote, str] = {
    "stalled": "interrupted: requests were waiting for replies",
    "idle-or-stalled": "idle or interrupted: no request was seen waiting for a reply",
    "no-author": "the route changed, and the evidence does not show who changed it",
    "in-session": "the route changed in a session, and the evidence does not show who was in it",
    "still-served": "the host was served by its own CVM until Genesis redirected it",
    "not-served": "the gateway had no connection with the host",
}

_PATH_NOTES: dict[PathNote, str] = {
    "": "",
    "unseen": "not in the capture: concluded from the rest",
    "left-public-network": "left the public network: concluded from the rest",
    "only-frames": "the host's frames go there; no capture has the replies",
    "only-replies": "only replies are seen: the calls use the internal switch",
    "asks-in-vain": "asks for its own CVM: no reply",
    "no-reply": "no reply",
    "may-serve": "its own CVM may have served it",
    "capture-ends": "the capture ends before storage was back",
    "log-ends": "the log ends before the repair",
    "asymmetric": "calls on vmk1, replies from the CVM's eth0",
}

_HOWS: dict[HowName, str] = {
    "last-frame-to-unanswered": "between the CVM's last frame and the first unanswered one",
    "last-frame-to-end": "between the CVM's last frame in service and the one that ended or refused a connection",
    "last-reply-to-unanswered": "between the last reply and the first unanswered call",
    "remote-to-inside": "between the last frame on the remote path and the first request on the internal switch",
    "local-to-elsewhere": "between the last frame on the local path and the first one on another path",
    "heartbeat-before-remote": "within a heartbeat before the first frame to the remote CVM",
    "remote-to-rst": "between the last frame to the remote CVM and the RST",
    "old-path-to-new": "between the last sign of the old path and the first frame on the new path",
    "first-frame-of-cvm": "the first frame of the CVM that returned",
    "first-reply": "first NFS reply on the new path",
    "syn-ack": "SYN-ACK on the new path",
    "rate-is-back": "replies at 95 % of the earlier rate, for 5 s",
    "right-to-wrong": "between the last check that found the path correct and the first that did not",
    "check-that-found": "the check that noticed it: the first after the fault, unless it began just before",
    "check-that-found-alive": "the first check that found the CVM alive",
    "first-check": "the first check after the fault",
    "found-illegal": "the check found a route that should not exist",
    "found-absent": "the check found that a route is needed but missing",
    "found-wrong": "the check found a wrong route",
    "check-to-action": "between the start of the check and Genesis' action",
    "task-created": "the task to change the route was created",
    "command-to-result": "between the route command and its result",
    "genesis-logged": "Genesis logged the change",
    "kernel-logged": "the host's kernel logged the change",
    "kernel-logged-order": "the host's kernel logged the change that Genesis ordered",
    "kernel-logged-session": "the host's kernel logged the change, made in a session from a CVM",
    "kernel-logged-once": "the host's kernel logged the change, which a person and Genesis both ordered",
    "kernel-logged-route": "the host's kernel logged the route change",
    "decision-to-right": "between the decision and the next check that found the path correct",
    "terminate-answered": "NfsTerminateConnection was sent and answered",
    "start-to-repair": "between the power-on of the CVM's VM and the change of the route",
    "vm-stopped": "the host powered off the CVM's VM",
    "vm-reset": "the CVM's VM was reset",
    "between-tables": "between two route tables, one taken after the other",
    "typed-by-either": "one of two commands that were typed: either may have made the change",
    "typed-or-ordered": "a person typed the command, and Genesis or a session gave it too: either may have made"
    " the change",
    "kernel-without-genesis": "the host's kernel logged it, and Genesis did not do it",
    "ssh-exchange": "during the SSH exchange that ran the route command",
    "storage-lines": "between the host's last log line with storage present and the first with storage away",
    "storage-back": "between the host's last log line with storage away and the next with storage present",
    "note": "a manual note",
}

_UNSEEN: dict[UnseenReason, str] = {
    "not-shown": "the evidence covers this time and does not show it",
    "not-in-a-stall": "in an interruption without a failover, nothing is decided or repaired",
    "nothing-to-end": "there is no connection to end in this kind of fault",
    "same-connection": "the same connection continued: no new one was made",
    "only-genesis": "only genesis.out shows it: add the log of the CVM that leads Genesis",
    "only-captures": "only a capture shows it",
    "not-covered": "the capture does not cover this time",
    "began-before": "the check that noticed it may have begun before the fault",
    "genesis-silent": "Genesis' log covers this time and does not mention it: who repaired it is not known",
    "forwarded-ahead": "the host was redirected before its CVM stopped",
    "no-author": "no log shows who repaired it: the host's shell.log and auth.log would, and genesis.out",
    "no-exchange": "the captures show Genesis' SSH sessions with the host, but none at the repair: who did it is not"
    " known",
    "right-since-failure": "the host's own CVM failed in the meantime, which makes the route correct: nothing is to be"
    " repaired",
    "check-unclear": "the log does not show when the check that noticed it began",
    "lost-before": "storage was already away when the capture began, or its path is not in the capture",
    "no-counted-replies": "the capture has no replies to this host",
    "too-little-before": "the capture holds less than 3 s before the fault",
    "no-traffic-before": "there was no traffic before the fault",
    "rate-not-back": "the rate was not back to normal for 5 s before the capture ends",
    "rate-unsure": "it is not certain that the rate was back to normal for 5 s before the capture ends",
}


def doubt_words(doubt: Doubt) -> str:
    """Why an episode is not sure."""
    match doubt.name:
        case "stargate-denies":
            return f"the check saw the host's own Stargate {doubt.state}, which does not fit"
        case "contradicted":
            return f"the captures and the logs contradict each other on `{doubt.instant}`"
        case "out-of-order":
            return f"`{doubt.instant}` is out of order: an effect seems to come before its cause"
        case "as-told":
            return doubt.told
        case named:
            return _DOUBTS[named]


def episode_note_words(note: EpisodeNote | AsTold | None) -> str:
    """What is to be said of an episode as a whole; empty where nothing is."""
    match note:
        case None:
            return ""
        case AsTold(told=told):
            return told
        case named:
            return _EPISODE_NOTES[named]


def path_note_words(path: Path) -> str:
    """What is unusual of a path; empty where nothing is."""
    match path.note:
        case AsTold(told=told):
            return told
        case named:
            return _PATH_NOTES[named]


def how_words(how: How) -> str:
    """What shows an instant."""
    shown = f"by hand: {_shown(how)}" if how.by_hand else _shown(how)
    return f"{shown}, and a manual note" if how.noted else shown


def _shown(how: How) -> str:
    match how.name:
        case "typed" if how.of:
            return f"{how.user} ran it in a session from {how.of}"
        case "typed":
            return f"{how.user} typed it"
        case "vm-stopped" if how.user:
            return f"the host powered off the CVM's VM, at the request of user {how.user}"
        case "vm-reset" if how.user:
            return f"the CVM's VM was reset, at the request of user {how.user}"
        case "ended-by-server":
            return f"{how.flags} by the server on the connection before"
        case "ended-by-remote":
            return f"{how.flags} by the remote CVM"
        case "as-told":
            return how.told
        case named:
            return _HOWS[named]


def unseen_words(missing: MissingInstant) -> str:
    """Why an instant is not known, and what would show it."""
    match missing.reason:
        case "as-told":
            return missing.told
        case named:
            return _UNSEEN[named]
