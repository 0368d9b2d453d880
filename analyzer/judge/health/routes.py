"""Routes to the storage address: who typed one, where it leads, what a redirect made, what was not ended before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, begin, end, known, several
from analyzer.judge.index import last_until
from analyzer.model.episode import Episode
from analyzer.model.event import (
    AddressOwned,
    Event,
    IcmpRedirect,
    RouteCommand,
    RouteTable,
    SshTraffic,
    StorageTraffic,
    TypedAtPrompt,
)
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import MissingInstant
from analyzer.model.source import Origin

FOLLOWED_WITHIN = 60 * SECOND  # a host that follows a redirect does so with its next segment or retransmission
_UNTIMED = "the line does not show when, nor whether it was run"
AT_ONCE = SECOND  # two logs of one command
_HANDED = re.compile(r"\brunning command\s*(?::\s*)?'(?P<line>.*)'\s*$")  # auth.log: a session that was given it
_COMMAND = re.compile(r"\]: *(?:\[[^\]]*\]: *)?(?P<line>[^\[].*)$")  # shell.log: `shell[35521]: [root]: esxcfg-route …`


# --- who typed it ----------------------------------------------------------------------------------------------------


def typed_in_episode(episode: Episode, dossier: Dossier) -> list[Finding]:
    """AP101: the commands that a claim of the episode rests on."""
    proofs = {origin for claim in episode.claims for origin in claim.origins}
    lines = ((event, event.detail) for event in dossier.lines(proofs))
    commands = ((event, told) for event, told in lines if isinstance(told, RouteCommand))
    by_either = {o for claim in episode.claims if claim.statement.name == "typed-by-either" for o in claim.origins}
    of_person = {o for claim in episode.claims if claim.statement.name == "typed-by-hand" for o in claim.origins}
    typed = [(event, told) for event, told in commands if _is_by_hand(told, dossier) or event.origin in of_person]
    for_it = {event.origin for event, told in typed if told.elsewhere and told.host == episode.host}
    mine = ((event, told) for event, told in typed if event.origin not in for_it or told.host == episode.host)
    return _once(mine, dossier, frozenset(by_either))


def typed_besides(dossier: Dossier) -> list[Finding]:
    """AP101: the commands that no episode rests on."""
    proofs = {origin for one in dossier.episodes for claim in one.claims for origin in claim.origins}
    commands = ((event, told) for event, told in dossier.of(RouteCommand) if event.origin not in proofs)
    return _once(((event, told) for event, told in commands if _is_by_hand(told, dossier)), dossier)


def typed_at_prompts(dossier: Dossier) -> list[Finding]:
    """AP101: the commands on recorded consoles, of which no log need have a line."""
    found: dict[Origin, Finding] = {}
    for event, typed in dossier.of(TypedAtPrompt):
        whose = f" for {typed.on}" if typed.on not in (None, typed.machine) else ""
        sentence = f"{typed.user} typed on {typed.machine}{whose}: {event.text} ({_UNTIMED})"
        found.setdefault(event.origin, codes.finding(codes.ROUTE_BY_HAND, sentence, (event.origin,)))
    return [*found.values()]


def _once(
    commands: Iterable[tuple[Event, RouteCommand]], dossier: Dossier, by_either: frozenset[Origin] = frozenset()
) -> list[Finding]:
    """One finding for each line that was typed, and machine for which it was, whatever number of commands is on it; of
    those `by_either` it says that another command may have made the change.
    """
    firsts: dict[tuple[Origin, str | None], tuple[Event, RouteCommand]] = {}
    for event, told in commands:
        key = event.origin, told.host if told.elsewhere else None
        known = firsts.get(key)
        if known is None or (told.sure and not known[1].sure):
            firsts[key] = event, told
    if not firsts:
        return []
    sessions = _Sessions(dossier)
    return [
        _typed(event, told, dossier, either=event.origin in by_either, either_in=sessions.beside(event, told))
        for event, told in firsts.values()
    ]


def _is_by_hand(command: RouteCommand, dossier: Dossier) -> bool:
    named = (None, dossier.settings.storage_address) if command.sure else (dossier.settings.storage_address,)
    return command.actor == "person" and command.destination in named


def _typed(event: Event, command: RouteCommand, dossier: Dossier, *, either: bool, either_in: str) -> Finding:
    wrote = dossier.wrote.get(event.origin.source)
    named = wrote != event.at.clock and any(wrote in (one.address, one.name) for one in dossier.hosts)
    host = (None if command.elsewhere else command.host) or (wrote if named else None)
    where = f" on {host}" if host else ""
    where += f" for {command.host}" if command.elsewhere else ""
    did = f"ran{where}, in a session from {command.login}" if command.login else f"typed{where}"
    did += f" (or ran in a session from {either_in}, which was given the same)" if either_in else ""
    maybe = "" if command.sure else " (the line does not show whether it was run)"
    other = " (either this command or another one of that time made the change)" if either else ""
    sentence = f"{command.user or 'Somebody'} {did}: {_line(event, command)}{maybe}{other}"
    return codes.finding(codes.ROUTE_BY_HAND, sentence, (event.origin,))


class _Sessions:
    """The commands that sessions over SSH were given, by the clock that stamped them and what they do."""

    def __init__(self, dossier: Dossier) -> None:
        self._found: dict[tuple[str, str, str | None], list[tuple[Instant, str]]] = {}
        for event, told in dossier.of(RouteCommand):
            if told.login:
                key = event.at.clock, told.action, told.gateway
                self._found.setdefault(key, []).append((event.at, told.login))

    def beside(self, event: Event, command: RouteCommand) -> str:
        """From where one was given the same at the same time as a shell's log has it, which then may not have been
        typed; nothing where there is none.
        """
        if command.login:
            return ""
        first, last = event.at.least - AT_ONCE, event.at.most + AT_ONCE
        given = self._found.get((event.at.clock, command.action, command.gateway), ())
        return next((login for at, login in given if at.least <= last and first <= at.most), "")


def _line(event: Event, command: RouteCommand) -> str:
    """The command as it was typed: the log line without its stamp, process and user."""
    text = (event.text or "").strip()
    match = _HANDED.search(text) or _COMMAND.search(text)
    return match["line"] if match else text or f"{command.action} a route by {command.gateway or 'a gateway'}"


# --- the connection before -------------------------------------------------------------------------------------------


def not_terminated(episode: Episode, dossier: Dossier) -> list[Finding]:
    """AP103: a route was deleted, and nothing that ended the connection was seen before, though the log covers it."""
    terminated = next(one for one in episode.instants if one.name == "terminated")
    repaired = known(episode).get("repaired")
    if not isinstance(terminated, MissingInstant) or terminated.absence != "not-observed" or repaired is None:
        return []
    if not _is_logged(repaired.at, dossier):
        return []
    by = f" by {episode.gateway}" if episode.gateway else ""
    sentence = (
        f"The route{by} was deleted, but neither NfsTerminateConnection nor the end of the connection was seen before"
    )
    return [codes.finding(codes.NOT_TERMINATED, sentence, repaired.origins)]


def _is_logged(at: Instant, dossier: Dossier) -> bool:
    """Whether a genesis.out covers this time.

    Frames alone prove nothing: a remote CVM's RST can leave by its own private side, where no capture sees it.
    """
    return dossier.genesis_logs.any_overlapping(at.least, at.most)


# --- the gateway -----------------------------------------------------------------------------------------------------


def dead_gateway(episode: Episode, dossier: Dossier) -> list[Finding]:
    """AP108: nobody answers at the gateway, it is no CVM, or it is a CVM whose Stargate is down."""
    gateway = episode.gateway
    if gateway is None or episode.kind in ("cvm-recovery", "unexplained"):
        return []
    asked = _asked_in_vain(episode, gateway, dossier)
    named = tuple(origin for origin in _names(episode, gateway, dossier))
    if _is_no_cvm(episode, gateway, dossier):
        more = (
            ", and nobody answers there"
            if episode.gateway_valid is False and not _heard(episode, gateway, dossier)
            else ""
        )
        sentence = f"The route's gateway {gateway} is no CVM of the cluster{more}"
    elif episode.gateway_valid is False and asked and not _heard(episode, gateway, dossier):
        sentence = f"Nobody answers at the route's gateway {gateway}"
    elif episode.gateway_valid is False and _heard(episode, gateway, dossier) and not _is_cvm(gateway, dossier):
        sentence = f"The route's gateway {gateway} answers ARP, but no NFS reply came from it"
    elif down := _down_already(episode, dossier.address(gateway), dossier):
        named, sentence = (*named, *down), f"The route's gateway {gateway} is a CVM whose Stargate was down by then"
    else:
        return []
    return [codes.finding(codes.DEAD_GATEWAY, sentence, (*asked, *named))]


def _is_no_cvm(episode: Episode, gateway: str, dossier: Dossier) -> bool:
    """Whether the checks name the cluster's CVMs, this is none of them, and nothing else shows it to be one.

    A log that tells of a CVM only when it is down names not all of them; Genesis itself chooses no other gateway.
    """
    return dossier.cvms_listed and not episode.gateway_valid and not _is_cvm(gateway, dossier)


def _is_cvm(gateway: str, dossier: Dossier) -> bool:
    """Whether any evidence shows a CVM at this address: checks, its log, an SSH connection that it holds to a host, or
    that Genesis used it. One that lives answers in time: that a host had no reply yet is not its gateway's fault.
    """
    address = dossier.address(gateway)
    logs = (dossier.wrote.get(one.name) for one in dossier.evidence.sources if one.log and one.log.machine == "cvm")
    known = {*dossier.cluster, *dossier.cvms_used, *logs, *(one.address for one in dossier.cvms)}
    return address in known or any(ssh.client == address for _, ssh in dossier.of(SshTraffic))


def _asked_in_vain(episode: Episode, gateway: str, dossier: Dossier) -> tuple[Origin, ...]:
    asked = dossier.asked.get(gateway)
    runs = list(asked.overlapping(begin(episode), end(episode))) if asked is not None else []
    return tuple(event.origin for event in runs[: codes.ENOUGH // 2])


def _heard(episode: Episode, gateway: str, dossier: Dossier) -> bool:
    """Whether anybody spoke with the gateway's address in the episode's time."""
    spoke = dossier.spoke_as.get(gateway)
    return spoke is not None and spoke.any_overlapping(begin(episode), end(episode))


def _names(episode: Episode, gateway: str, dossier: Dossier) -> Iterator[Origin]:
    """The lines among the episode's proofs that name the gateway."""
    proofs = {origin for claim in episode.claims for origin in claim.origins}
    proofs |= {origin for instant in known(episode).values() for origin in instant.origins}
    for event in dossier.lines(proofs):
        if getattr(event.detail, "gateway", None) == gateway:
            yield event.origin


def _down_already(episode: Episode, gateway: str, dossier: Dossier) -> tuple[Origin, ...]:
    """The last check before the route was made that speaks of the gateway, when it found its Stargate down."""
    made = known(episode).get("fault" if episode.kind == "route-injection" else "repaired")
    if made is None:
        return ()
    told = (dossier.checks_of(gateway).named, dossier.all_up)
    last = max((found for each in told if (found := last_until(each, made.at.middle))), default=None)
    return (last.origin,) if last is not None and last.is_down else ()


# --- ICMP redirects --------------------------------------------------------------------------------------------------


def redirects(dossier: Dossier) -> list[Finding]:
    """AP104 for redirects about the storage address, AP115 where a host followed one."""
    storage = dossier.settings.storage_address
    by_route: dict[tuple[str, str], list[Event]] = {}
    for event, redirect in dossier.of(IcmpRedirect):
        if redirect.destination == storage:
            by_route.setdefault((redirect.host, redirect.gateway), []).append(event)
    found = []
    for (host, gateway), events in sorted(by_route.items()):
        sentence = f"{several(len(events), 'ICMP redirect')} told {host} to reach {storage} through {gateway}"
        found.append(codes.finding(codes.ICMP_REDIRECT, sentence, tuple(event.origin for event in events)))
        followed = _followed(events[0], gateway, dossier)
        if followed:
            sentence = f"After an ICMP redirect, {host} reached {storage} through {gateway}"
            found.append(codes.finding(codes.REDIRECTED, sentence, (events[0].origin, *followed)))
    return found


def _followed(redirect: Event, gateway: str, dossier: Dossier) -> tuple[Origin, ...]:
    """What shows that a host took the redirect's route, which nobody else made."""
    if any(command.gateway == gateway and command.action == "add" for _, command in dossier.of(RouteCommand)):
        return ()
    macs = {owned.mac for _, owned in dossier.of(AddressOwned) if owned.address == gateway}
    storage = dossier.settings.storage_address
    frames = [
        event
        for event, traffic in dossier.of(StorageTraffic)
        if traffic.what == "frame" and traffic.ends.dst == storage and traffic.ends.dst_mac in macs
    ]
    if any(event.at.least < redirect.at.least for event in frames):
        return ()
    soon = [event.origin for event in frames if event.at.least - redirect.at.most <= FOLLOWED_WITHIN]
    tables = [
        event.origin
        for event, table in dossier.of(RouteTable)
        if any(route.network == storage and route.gateway == gateway for route in table.routes)
    ]
    return (*soon[:2], *tables[:2])
