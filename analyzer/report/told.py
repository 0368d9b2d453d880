"""What correlation tells by name, in words: what is open, what shows an instant, and why one is not known."""

from __future__ import annotations

from analyzer.model.episode import EpisodeNote
from analyzer.model.measurement import How, HowName, MissingInstant, UnseenReason
from analyzer.model.path import Path, PathNote
from analyzer.model.told import AsTold, Doubt, DoubtName

_DOUBTS: dict[DoubtName, str] = {
    "service-not-back": "the capture ends before service returned",
    "route-not-deleted": "the capture ends before the route was deleted",
    "local-path-unseen": "the host's local path is not in the capture",
    "public-side-unseen": "the CVM's public interface is not in the capture",
    "several-silent": "several CVMs fell silent at about that time: which of them is the host's is not in the capture",
    "return-unseen": "the CVM's return is not in the capture: an injected route that began earlier would look alike",
    "no-link-layer": "without a link layer in the capture, a failure of the local CVM would look alike",
    "one-direction": "the capture of the internal switch has one direction only: the host may be served there",
    "unanswered-inside": "the host's own CVM did not answer; where its traffic went is not in the capture",
    "failure-or-route": "a failure of the local CVM and a route added by hand look alike in this evidence",
    "no-call-outstanding": "no call was seen outstanding: the host may have been idle, or gone another way",
    "capture-clock-set": "the capture's clock was set while it recorded, or it lacks frames: what came after may be "
    "later than told",
    "capture-clocks-differ": "the captures' clocks differ: what they tell together of the host may be wrong in time "
    "and in kind",
    "not-repaired": "the log ends before the repair",
    "log-begins-late": "the log begins without a check that found the path right",
    "overtaken": "another fault followed before this one was repaired",
    "stargate-never-away": "the log never has the host's own Stargate but up",
    "repair-unlogged": "the checks found the path right again with no repair in the log",
    "command-failed": "a route command failed",
    "no-result": "the log has the route command but not its result",
    "run-again": "the route command was run again in the next check",
    "by-hand": "the route was put right by hand, not by Genesis",
    "by-others": "the route was put right, and not by Genesis: by whom is in no log",
    "failure-unlogged": "whether the CVM failed before the route was added is not in the log",
    "return-unlogged": "whether the CVM had returned before the route was deleted is not in the log",
    "author-unlogged": "neither genesis.out nor shell.log of that time is in the evidence",
    "stalled-before": "the host logged that its storage was away before the route was added: why is not in the logs",
    "several-offsets-fit": "more than one offset of the log's clock fits: its times are told with all that do",
    "host-unnamed": "which of the hosts the captures are of is not known",
}

_EPISODE_NOTES: dict[EpisodeNote, str] = {
    "stalled": "stalled: calls were outstanding",
    "idle-or-stalled": "idle or stalled: no call was seen outstanding",
    "no-author": "the route changed, and nothing tells who changed it",
    "still-served": "its own CVM served the host until Genesis forwarded it",
    "not-served": "the gateway held no connection of the host",
}

_PATH_NOTES: dict[PathNote, str] = {
    "": "",
    "unseen": "not in the capture: inferred",
    "left-public-network": "left the public network: inferred",
    "only-frames": "the host's frames go there; no capture has the replies",
    "only-replies": "only replies are seen: the calls go over the internal switch",
    "asks-in-vain": "asks for its own CVM in vain",
    "no-reply": "no reply",
    "capture-ends": "the capture ends before service returned",
    "log-ends": "the log ends before the repair",
    "asymmetric": "calls on vmk1, replies by the CVM's eth0",
}

_HOWS: dict[HowName, str] = {
    "last-frame-to-unanswered": "between the CVM's last frame and the first unanswered one",
    "last-reply-to-unanswered": "between the last reply and the first unanswered call",
    "remote-to-inside": "between the last frame on the remote path and the first that asks inside",
    "local-to-elsewhere": "between the last frame on the local path and the first elsewhere",
    "heartbeat-before-remote": "within a heartbeat before the first frame to the remote CVM",
    "remote-to-rst": "between the last frame to the remote CVM and the RST",
    "old-path-to-new": "between the last sign of the old path and the first frame on the new one",
    "first-frame-of-cvm": "the first frame of the CVM that returned",
    "first-reply": "first NFS reply on the new path",
    "syn-ack": "SYN-ACK on the new path",
    "rate-is-back": "replies at 95 % of the rate before, sustained for 5 s",
    "right-to-wrong": "between the last check that found it right and the first that did not",
    "check-that-found": "the check that found it: the first after the fault, unless it had begun just before",
    "check-that-found-alive": "the first check that found the CVM alive",
    "first-check": "the first check after the fault",
    "found-illegal": "the check found forwarding that should not be there",
    "found-absent": "the check found that forwarding is needed and absent",
    "found-wrong": "the check found forwarding that is not right",
    "check-to-action": "between the check's beginning and what Genesis did about it",
    "task-created": "the task to change the route was created",
    "command-to-result": "between the route command and its result",
    "genesis-logged": "Genesis logged the change",
    "kernel-logged": "the host's kernel logged the change",
    "kernel-logged-order": "the host's kernel logged the change that Genesis ordered",
    "kernel-logged-once": "the host's kernel logged the change, which a person and Genesis both ordered",
    "kernel-logged-route": "the host's kernel logged the route change",
    "decision-to-right": "between the decision and the next check that found the path right",
    "terminate-answered": "NfsTerminateConnection was sent and answered",
    "start-to-repair": "between the start of the CVM's VM and the change of the route",
    "vm-stopped": "the host stopped the CVM's VM",
    "between-tables": "two route tables, one after the other, enclose it",
    "kernel-without-genesis": "the host's kernel logged it, and Genesis did not do it",
    "ssh-exchange": "during the SSH exchange that ran the route command",
    "storage-lines": "between the host's last line that has its storage there and the first that has it away",
    "note": "a person's note",
}

_UNSEEN: dict[UnseenReason, str] = {
    "not-shown": "the evidence covers this time and does not show it",
    "not-in-a-stall": "nothing was decided or repaired in a stall",
    "nothing-to-end": "there is no connection to end in this kind of fault",
    "same-connection": "the same connection went on: no new one was made",
    "only-genesis": "only genesis.out tells it: add the log of the CVM that leads Genesis",
    "only-captures": "only a capture shows it",
    "not-covered": "the capture does not cover this time",
    "began-before": "the check that found it may have begun before the fault: then no check is the first after it",
    "genesis-silent": "Genesis' log covers this time and has no word of it: who repaired it is not known",
    "no-author": "who repaired it is in no log: shell.log and auth.log of the host tell it, and genesis.out",
    "no-exchange": "captures show Genesis' SSH with the host, and none at its repair: who did it is not known",
    "right-since-failure": "the host's own CVM failed meanwhile, and so the route is right since: nothing is repaired",
    "check-unclear": "what the log shows of the check that found it does not tell when that check began",
    "lost-before": "service was already lost when the capture began, or its path is not in the capture",
    "no-counted-replies": "the capture has no counted replies of this host",
    "too-little-before": "the capture holds less than 3 s before the fault",
    "no-traffic-before": "there was no traffic before the fault",
    "rate-not-back": "the rate was not back for 5 s before the capture ends",
    "rate-unsure": "whether the rate was back for 5 s before the capture ends is not sure",
}


def doubt_words(doubt: Doubt) -> str:
    """Why an episode is not sure."""
    match doubt.name:
        case "stargate-denies":
            return f"the check saw the host's own Stargate {doubt.state}, which does not fit"
        case "contradicted":
            return f"the wire and the log contradict each other on `{doubt.instant}`"
        case "out-of-order":
            return f"`{doubt.instant}` is out of order: an effect seems to precede its cause"
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
    return f"{shown}, and a person's note" if how.noted else shown


def _shown(how: How) -> str:
    match how.name:
        case "typed":
            return f"{how.user} typed it"
        case "vm-stopped" if how.user:
            return f"the host stopped the CVM's VM, as the user {how.user} asked"
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
