"""What an episode's story claims by name, in words."""

from __future__ import annotations

from analyzer.model.episode import Claim, StatementName
from analyzer.model.path import Path, PathKind

_CLAIMS: dict[StatementName, str] = {
    "last-reply": "Last NFS reply on {path}",
    "last-frame": "Last frame from the CVM {of}",
    "unanswered-request": "{by} asks for {of} (ARP): no answer",
    "asks-inside": "The host asks for its own CVM on the internal switch: no answer",
    "asked-elsewhere": "The host asks for {of} on the public network: no answer",
    "sent-elsewhere": "The host sends to {of} on the public network: no answer",
    "served-elsewhere": "The storage address is served by the CVM {of} over the public network",
    "calls-unanswered": "NFS calls that got no reply during the interruption",
    "connections-refused": "The storage address reset the connection, or refused a new one",
    "no-reply": "No NFS reply on {path}",
    "moved": "Storage traffic moved from {path} to {onto}",
    "cvm-speaks": "The CVM {of} sends frames again",
    "refuses": "The local CVM {of} was alive all the time, and refuses the connection",
    "service-returned": "Storage is back: first NFS reply on {path}",
    "ended-by-server": "The connection used before was ended ({flags} from the storage address)",
    "ended-by-remote": "The remote CVM ended the host's connection ({flags})",
    "unnamed-host": "The captures show a fault like this on a host that they do not name: this one or another",
    "still-served": "The local CVM {of} served the host until Genesis forwarded it",
    "found-illegal": "Genesis found a route that should not exist (illegal forwarding) to {of}",
    "found-absent": "Genesis found that a route is needed but missing",
    "found-alive": "Genesis found the local CVM alive but not fully initialised",
    "route-changed": "The route to {to} was {done}",
    "typed-by-hand": "The route was {done} by hand: {by} {typed}",
    "typed-by-either": "Either may be the command by which the route was {done}: {typist} typed one",
    "typed-for-nothing": "{by} typed a command by which the route would have been {done}: it changed nothing",
    "ordered-by-either": "Either may be the command by which the route was {done}: Genesis ordered one",
    "session-by-either": "Either may be the command by which the route was {done}: one ran in a session from {of}",
    "changed-by-hand": "The route was {done}: the host's kernel logged it, and Genesis did not do it",
    "changed-by-others": "The route was {done}: the host logged it, and Genesis did not do it; no log says who did",
    "changed-unasked": "A route to {to} via {of} was {done}",
    "repaired-twice": "A person and Genesis both corrected the route: only one of them changed it",
    "command-failed": "A route command of Genesis failed",
    "left-gateway": "Genesis deletes the route via {of}, which failed",
    "connections-ended": "NfsTerminateConnection ended the host's connections on {of}",
    "none-to-end": "NfsTerminateConnection found no connection of the host to end on {of}",
    "kernel-logged": "The host's kernel logged the route change",
    "storage-away": "The host logged that its storage was away before the route changed",
    "datastore-lost": "The host logged that it lost its datastore",
    "datastore-back": "The host logged that its datastore is back",
    "between-tables": "Between two route tables, the route to {to} via {of} was {done}",
    "vm-stopped": "The host powered off the CVM's VM{named}{user}",
    "vm-started": "The host powered on the CVM's VM{named}{user}",
    "vm-reset": "The CVM's VM{named} was reset{user}",
    "session-of-cvm": "The change was made in a session{as_user} from the CVM {of}: by Genesis, or by a person there;"
    " no log says which",
    "session-from": "The change was made in a session{as_user} from {of}; no log says whose address that is",
    "session-open": "A session from {of} was open on the host when the route changed; no log says what ran in it",
    "noted": "Manual note: {told}",
    "as-told": "{told}",
}
"""The braces name fields of :class:`~analyzer.model.episode.Statement`; `done` is `added` or `deleted`; `typist` is who
typed, or `somebody`; `named`
and `user` are empty where a line does not name the VM, or who asked."""

_UNNAMED: dict[StatementName, str] = {
    "last-frame": "that fell silent last",
    "asked-elsewhere": "somebody",
    "sent-elsewhere": "somebody",
    "cvm-speaks": "on the internal switch",
    "found-illegal": "a gateway",
    "connections-ended": "the gateway",
    "none-to-end": "the gateway",
    "session-of-cvm": "of the gateway",
}
"""What stands for an address that is not known, where that can be."""

_PATHS: dict[PathKind, str] = {
    "local": "the local path",
    "remote": "a remote path",
    "dead": "a path without replies",
    "unknown": "an unknown path",
}
"""A path whose CVM or gateway is not known."""


def claim_words(claim: Claim) -> str:
    """What is claimed, as a sentence without its stop."""
    what = claim.statement
    return _CLAIMS[what.name].format(
        of=what.of or _UNNAMED.get(what.name),
        by=what.by,
        typed=f"ran the command in a session from {what.of}" if what.of else "typed it",
        as_user=f" of user {what.by}" if what.by else "",
        typist=what.by or "somebody",
        to=what.to,
        path=_path(what.path),
        onto=_path(what.onto),
        named=f" {what.of}" if what.of else "",
        user=f", at the request of user {what.by}" if what.by else "",
        done="added" if what.action == "add" else "deleted",
        flags=what.flags,
        told=what.told,
    )


def _path(path: Path | None) -> str:
    """`the local path`, `the path via 192.168.1.28`."""
    if path is None or path.kind == "local":
        return "the local path"
    return f"the path via {path.via}" if path.via else _PATHS[path.kind]
