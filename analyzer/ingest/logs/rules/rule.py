"""Rules, compiled: which record means which event, and what a family's words are. See `rules_file` for the files."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from analyzer.ingest.logs.rules.pattern import Pattern

_ROUTE = ("action", "host", "gateway", "destination", "netmask")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "ha-started": ("period",),
    "stargates": ("up", "initializing", "down", "all_of"),
    "forwarding": ("state", "host", "gateway", "cvm"),
    "task": _ROUTE,
    "route-command": (*_ROUTE, "actor", "user"),
    "route-changed": (*_ROUTE, "done", "by_kernel"),
    "nfs-terminate": ("phase", "host", "cvm", "connections"),
    "host-storage": ("state", "server", "datastore", "identifier"),
    "vm-power": ("state", "vm", "user", "on"),
    "host-booted": (),
    "ssh-session": ("state", "login"),
    "unclassified": (),
    "nothing": (),
}
"""What a rule's `event` can be, and the fields that `set` and `fields` can give it. `unclassified` is HA evidence that
has no meaning of its own; `nothing` is understood, and no evidence. `destination` and `netmask` also guard: a route
to anything else than the storage address is no evidence."""

VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("stargates", "all_of"): ("up", "alive"),
    ("forwarding", "state"): ("correct", "illegal", "absent", "kept", "unreadable"),
    ("task", "action"): ("add", "delete"),
    ("route-command", "action"): ("add", "delete"),
    ("route-command", "actor"): ("genesis", "person", "unknown"),
    ("route-changed", "action"): ("add", "delete"),
    ("route-changed", "done"): ("true", "false"),
    ("route-changed", "by_kernel"): ("true", "false"),
    ("nfs-terminate", "phase"): ("sent", "reply"),
    ("host-storage", "state"): (
        "apd-start",
        "apd-timeout",
        "apd-exit",
        "server-lost",
        "server-back",
        "io-retry",
        "lock-lost",
        "lock-back",
    ),
    ("vm-power", "state"): ("stopping", "off", "starting", "on", "reset"),
    ("ssh-session", "state"): ("opened", "closed"),
}
"""The values that a field can have, where they are few (those of the model's events)."""

MUST_SET: Mapping[str, str] = {
    "forwarding": "state",
    "nfs-terminate": "phase",
    "host-storage": "state",
    "vm-power": "state",
    "ssh-session": "state",
}
"""The field that a rule of an event has to give, since nothing else tells it."""

Patterns = tuple[Pattern, ...]


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where a file's wording comes from: one of `modules`, or any module with one of `beside` in the message. What one
    of `foreign` is in and none of `beside` is another program's matter, whoever wrote it.
    """

    modules: Patterns = ()
    beside: Patterns = ()
    foreign: Patterns = ()

    def holds(self, module: str, texts: tuple[str, ...]) -> bool:
        """Whether a record of `module` whose message has the forms `texts` can be the file's wording."""
        if self.modules and not any(pattern.search(module) for pattern in self.modules):
            return self._is_beside(texts)
        return not self.is_foreign(texts)

    def is_foreign(self, texts: tuple[str, ...]) -> bool:
        """Whether a message is about another program's matter."""
        return any(_found(pattern, texts) for pattern in self.foreign) and not self._is_beside(texts)

    def _is_beside(self, texts: tuple[str, ...]) -> bool:
        return any(_found(pattern, texts) for pattern in self.beside)


_FAILED = "Traceback (most recent call last)"
"""As Python begins what it says of an exception that nothing caught."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one file takes for HA evidence where no rule takes it: of these modules, or with one of these in it."""

    modules: Patterns = ()
    messages: Patterns = ()
    home: Home = Home()

    def holds(self, module: str, message: str) -> bool:
        """Whether a record of `module` is evidence; one that tells that HA's own code failed is, whatever it quotes."""
        own = any(p.search(module) for p in self.modules)
        if own and message.lstrip().startswith(_FAILED):
            return True
        known = own or any(p.search(message) for p in self.messages)
        return known and not self.home.is_foreign((message,))


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. `further` names rules that may find another event in a record that this rule took; `home` is its
    file's, with the rule's own `beside` where it has one.
    """

    name: str
    families: tuple[str, ...]
    event: str
    module: Pattern | None = None
    all: Patterns = ()
    any: Patterns = ()
    none: Patterns = ()
    set: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, Patterns], ...] = ()
    further: tuple[str, ...] = ()
    home: Home = Home()

    def takes(self, module: str, texts: tuple[str, ...]) -> bool:
        """Whether the rule takes a record of `module` whose message has the forms `texts`."""
        return (
            (self.module is None or self.module.search(module) is not None)
            and all(_found(pattern, texts) for pattern in self.all)
            and (not self.any or any(_found(pattern, texts) for pattern in self.any))
            and not any(_found(pattern, texts) for pattern in self.none)
            and self.home.holds(module, texts)
        )


def _found(pattern: Pattern, texts: tuple[str, ...]) -> bool:
    return any(pattern.search(text) for text in texts)


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a family beside its rules. `tokens` None: any line can matter, so every line is looked at."""

    tokens: tuple[bytes, ...] | None = ()
    words: tuple[tuple[str, Pattern], ...] = ()
    roles: tuple[tuple[str, Patterns], ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def word(self, name: str) -> Pattern | None:
        """The alternatives called `name`."""
        return dict(self.words).get(name)

    def role(self, name: str) -> Patterns:
        """Where a message names the role `name`, the surest place first."""
        return dict(self.roles).get(name, ())

    def is_evidence(self, module: str, message: str) -> bool:
        """Whether a record is HA evidence even when no rule takes it."""
        return any(evidence.holds(module, message) for evidence in self.evidence)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules in the order in which they are tried, each family's vocabulary, and the files that they came from."""

    rules: tuple[Rule, ...]
    vocabularies: tuple[tuple[str, Vocabulary], ...]
    files: tuple[str, ...]

    def of(self, family: str) -> tuple[Rule, ...]:
        """The rules of one family."""
        return tuple(rule for rule in self.rules if family in rule.families)

    def vocabulary(self, family: str) -> Vocabulary:
        """The vocabulary of one family."""
        return dict(self.vocabularies)[family]
