"""From a record's message to events: the rules that take it, and the details that they and the roles make of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal, cast

import msgspec

from analyzer.config import Settings
from analyzer.ingest.logs.meaning.continued import as_one_check, rows
from analyzer.ingest.logs.meaning.of_all import is_of_all
from analyzer.ingest.logs.meaning.roles import fields_of, forms, hosts_named
from analyzer.ingest.logs.meaning.stargates import stargate_states
from analyzer.ingest.logs.rules.rule import Rule, Rules, Vocabulary
from analyzer.ingest.logs.text.addresses import is_ipv4, naming
from analyzer.ingest.logs.text.window import window
from analyzer.model.event import (
    Actor,
    Detail,
    Forwarding,
    HaStarted,
    HaUnclassified,
    HostBooted,
    HostStorage,
    NfsTerminate,
    OtherRoute,
    RouteAction,
    RouteChanged,
    RouteCommand,
    SshSession,
    StargateStates,
    TaskCreated,
    VmPower,
)

UNCLASSIFIED = "unclassified HA evidence"
NOTHING = "no HA content"
LONGEST_TEXT = 500
_MOST_KNOWN = 4096

HostState = Literal[
    "apd-start", "apd-timeout", "apd-exit", "server-lost", "server-back", "io-retry", "lock-lost", "lock-back"
]
_OF_A_HOST = (Forwarding, TaskCreated, RouteCommand, RouteChanged, NfsTerminate)
_CONNECTION = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3}:\d{1,5})\b")
_PERIOD = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milli\w*|m(?:in\w*)?|s(?:ec\w*)?)?$", re.IGNORECASE)

# a list without members, or the word for it
_EMPTY = re.compile(r"\[\s*\]|set\(\s*\)|\b(?:0|no|zero)\s+connections?\b|\bnone\b", re.IGNORECASE)


class Classified(msgspec.Struct, frozen=True):
    """What a record means: the name of the rule that took it (or why none did) and the event's detail, if any.

    `later`: how long after the record's stamp it happened, ns, from the least to the most.
    """

    rule: str
    detail: Detail | None
    later: tuple[int, int] = (0, 0)


def _told(found: Iterable[Classified]) -> bool:
    """Whether anything is known of what was found."""
    return any(one.detail is not None and not isinstance(one.detail, HaUnclassified) for one in found)


def _lacks_host(found: Iterable[Classified]) -> bool:
    return any(isinstance(one.detail, _OF_A_HOST) and one.detail.host is None for one in found)


def _completes(headed: tuple[Classified, ...], alone: tuple[Classified, ...]) -> bool:
    """Whether a row means the same behind its heading, and is then about a host."""
    same = [one.rule for one in headed] == [one.rule for one in alone]
    return same and not _lacks_host(headed)


class Classifier:
    """The rules and words of one family, ready for the messages of one source."""

    def __init__(self, rules: Rules, family: str, settings: Settings) -> None:
        self._rules = rules.of(family)
        self.vocabulary = rules.vocabulary(family)
        self._settings = settings
        self._known: dict[tuple[str, str, str], tuple[Classified, ...]] = {}

    def classify(self, module: str, message: str, more: str = "") -> tuple[Classified, ...]:
        """The events in a record of `module`, at least one value: when no rule takes the first line, the lines behind
        it (`more`) are looked at too; what is evidence all the same is :class:`HaUnclassified`.
        """
        key = (module, window(message), window(more))
        known = self._known.get(key)
        if known is None:  # a check every 30 s says the same again and again
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = self._classified(*key)
        return known

    def _classified(self, module: str, message: str, more: str) -> tuple[Classified, ...]:
        found = tuple(self._taken(module, forms(message)))
        if more and not _told(found):
            found = self._below(module, message, more) or found
        if found:
            return found
        if self.vocabulary.is_evidence(module, forms(message)[-1]):
            return (Classified(UNCLASSIFIED, HaUnclassified(message[:LONGEST_TEXT])),)
        return (Classified(NOTHING, None),)

    def _below(self, module: str, message: str, more: str) -> tuple[Classified, ...]:
        """What the lines below a record's header tell: each for itself, or all with the message as one sentence."""
        each = [one for heading, row in rows(message, more) for one in self._row(module, heading, row)]
        if _told(each):
            said = as_one_check([one.detail for one in each if one.detail is not None and _told((one,))])
            rule = {type(one.detail): one.rule for one in reversed(each)}
            return tuple(Classified(rule[type(detail)], detail) for detail in said)
        whole = window(" ".join((message, more.replace("\n", " "))))
        return tuple(self._taken(module, forms(whole)))

    def _row(self, module: str, heading: str, row: str) -> tuple[Classified, ...]:
        """What a row tells: alone, or behind its heading, where that alone says which host it is about."""
        alone = tuple(self._taken(module, forms(row)))
        if _told(alone) and not _lacks_host(alone):
            return alone
        headed = tuple(self._taken(module, forms(f"{heading} {row}")))
        return headed if not _told(alone) or _completes(headed, alone) else alone

    def _taken(self, module: str, texts: tuple[str, ...]) -> Iterator[Classified]:
        further: tuple[str, ...] | None = None  # None: no rule has taken the record yet
        for rule in self._rules:
            if further is not None and rule.name not in further:
                continue
            classified = self._by(rule, module, texts)
            if classified is not None:
                yield classified
                further = rule.further if further is None else ()
            if further == ():
                return

    def _by(self, rule: Rule, module: str, texts: tuple[str, ...]) -> Classified | None:
        """What `rule` makes of a message; None when it does not take it, or misses what its event needs."""
        if not rule.takes(module, texts):
            return None
        if rule.event == "nothing":
            return Classified(rule.name, None)
        if rule.event == "unclassified":
            return Classified(rule.name, HaUnclassified(texts[-1][:LONGEST_TEXT]))
        detail = _detail(rule, texts, self._settings, self.vocabulary)
        return None if detail is None else Classified(rule.name, detail)


def _detail(rule: Rule, texts: tuple[str, ...], settings: Settings, vocabulary: Vocabulary) -> Detail | None:
    """The event of a rule that took a message; None when the message lacks what the event needs."""
    fields = fields_of(rule, texts, settings, vocabulary)
    return _BUILDERS[rule.event](fields, texts, settings, vocabulary)


_Fields = Mapping[str, str]
_Builder = Callable[[_Fields, tuple[str, ...], Settings, Vocabulary], Detail | None]


def _ha_started(fields: _Fields, _texts: tuple[str, ...], _settings: Settings, _words: Vocabulary) -> Detail:
    return HaStarted(period_ns(fields.get("period")))


def _stargates(fields: _Fields, texts: tuple[str, ...], settings: Settings, words: Vocabulary) -> Detail | None:
    if not set(fields) & {"up", "down", "initializing", "all_of"}:
        return stargate_states(texts[0], settings, words)
    return StargateStates(
        up=naming(fields.get("up", ""), settings),
        initializing=naming(fields.get("initializing", ""), settings),
        down=naming(fields.get("down", ""), settings),
        all_of=cast("Literal['up', 'alive'] | None", fields.get("all_of")),
    )


def _forwarding(fields: _Fields, texts: tuple[str, ...], settings: Settings, words: Vocabulary) -> Detail | None:
    addresses = naming(texts[0], settings)
    if not addresses and not fields.get("host"):
        return None  # it is about no host
    several = len(hosts_named(texts, settings, words)) > 1
    one_host = fields.get("host") is not None and not several
    if (several or fields["state"] == "correct") and not is_of_all(texts[0], one_host=one_host):
        return None  # another thing of each host
    return Forwarding(
        state=cast("Literal['correct', 'illegal', 'absent', 'kept', 'unreadable']", fields["state"]),
        host=fields.get("host"),
        gateway=fields.get("gateway"),
        cvm=fields.get("cvm"),
        addresses=addresses,
    )


def _task(fields: _Fields, texts: tuple[str, ...], settings: Settings, _words: Vocabulary) -> Detail | None:
    action = _action(fields, settings)
    if action is None:
        return None
    return TaskCreated(action, fields.get("host"), fields.get("gateway"), naming(texts[0], settings))


def _route_command(fields: _Fields, texts: tuple[str, ...], settings: Settings, _words: Vocabulary) -> Detail | None:
    other = _other_route(fields, settings)
    if other is not None and fields.get("actor") != "genesis":
        return other
    action = _action(fields, settings)
    if action is None:
        return None
    return RouteCommand(
        action=action,
        actor=cast("Actor", fields.get("actor", "unknown")),
        host=fields.get("host"),
        gateway=fields.get("gateway"),
        destination=fields.get("destination"),
        user=fields.get("user"),
        addresses=naming(texts[0], settings),
    )


def _route_changed(fields: _Fields, texts: tuple[str, ...], settings: Settings, _words: Vocabulary) -> Detail | None:
    by_kernel = fields.get("by_kernel") == "true"
    other = _other_route(fields, settings)
    if other is not None and by_kernel:
        return msgspec.structs.replace(other, by_kernel=True)
    action = _action(fields, settings)
    if action is None:
        return None
    addresses = tuple(a for a in (fields.get("gateway"),) if a) if by_kernel else naming(texts[0], settings)
    return RouteChanged(
        action=action,
        host=fields.get("host"),
        gateway=fields.get("gateway"),
        done=fields.get("done", "true") == "true",
        by_kernel=by_kernel,
        addresses=addresses,
    )


def _nfs_terminate(fields: _Fields, texts: tuple[str, ...], settings: Settings, _words: Vocabulary) -> Detail:
    connections = tuple(dict.fromkeys(_CONNECTION.findall(fields.get("connections", texts[0]))))
    phase = cast("Literal['sent', 'reply']", fields["phase"])
    clients = {address for c in connections for address in naming(c.partition(":")[0], settings)}
    host = fields.get("host")
    if phase == "reply" and len(clients) == 1 and clients != {fields.get("cvm")}:
        host = host or clients.pop()
    shown = connections if phase == "reply" else ()
    nothing = phase == "reply" and not shown and _EMPTY.search(texts[0]) is not None
    return NfsTerminate(phase, host, fields.get("cvm"), shown, naming(texts[0], settings), nothing)


def _host_storage(fields: _Fields, _texts: tuple[str, ...], _settings: Settings, _words: Vocabulary) -> Detail:
    state, identifier = cast("HostState", fields["state"]), fields.get("identifier")
    return HostStorage(state, fields.get("server"), fields.get("datastore"), identifier and identifier.lower())


def _vm_power(fields: _Fields, _texts: tuple[str, ...], _settings: Settings, _words: Vocabulary) -> Detail:
    state = cast("Literal['stopping', 'off', 'starting', 'on', 'reset']", fields["state"])
    return VmPower(state, vm=fields.get("vm"), user=fields.get("user"), on=fields.get("on"))


def _host_booted(_fields: _Fields, _texts: tuple[str, ...], _settings: Settings, _words: Vocabulary) -> Detail:
    return HostBooted()


def _ssh_session(fields: _Fields, _texts: tuple[str, ...], _settings: Settings, _words: Vocabulary) -> Detail | None:
    login = fields.get("login")
    if login is None or not is_ipv4(login):
        return None
    return SshSession(cast("Literal['opened', 'closed']", fields["state"]), login)


_BUILDERS: Mapping[str, _Builder] = {
    "ha-started": _ha_started,
    "stargates": _stargates,
    "forwarding": _forwarding,
    "task": _task,
    "route-command": _route_command,
    "route-changed": _route_changed,
    "nfs-terminate": _nfs_terminate,
    "host-storage": _host_storage,
    "vm-power": _vm_power,
    "host-booted": _host_booted,
    "ssh-session": _ssh_session,
}


def _action(fields: _Fields, settings: Settings) -> RouteAction | None:
    """The route's change; None when none is told, or when the route leads elsewhere than to the storage address."""
    destination, netmask = fields.get("destination"), fields.get("netmask")
    if destination is not None and is_ipv4(destination) and destination != settings.storage_address:
        return None
    if netmask is not None and netmask not in ("255.255.255.255", "32"):
        return None
    action = fields.get("action")
    return cast("RouteAction", action) if action in ("add", "delete") else None


def _other_route(fields: _Fields, settings: Settings) -> OtherRoute | None:
    """The change of a route to one address that is another than the storage address."""
    destination, action = fields.get("destination"), fields.get("action")
    one = fields.get("netmask") in ("255.255.255.255", "32")
    if destination is None or not is_ipv4(destination) or not one or destination == settings.storage_address:
        return None
    if action not in ("add", "delete"):
        return None
    return OtherRoute(cast("RouteAction", action), destination, None, fields.get("gateway"))


def period_ns(text: str | None) -> int | None:
    """A duration as a log writes it (`30 s`, `30`, `500 ms`, `0.5 min`) in ns; a bare number counts seconds."""
    found = _PERIOD.match(text.strip()) if text else None
    if found is None:
        return None
    unit = (found[2] or "s").lower()
    scale = 1_000_000 if unit.startswith(("ms", "milli")) else 60 * 10**9 if unit.startswith("m") else 10**9
    try:
        return int(Decimal(found[1]) * scale) or None
    except (InvalidOperation, OverflowError):
        return None
