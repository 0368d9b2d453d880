"""Which of a message's addresses is the host's, the gateway's, a CVM's; and its other named fields, as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.config import Settings
from analyzer.ingest.logs.rules.rule import FIELDS, Patterns, Rule, Vocabulary
from analyzer.ingest.logs.text.addresses import can_name, from_little_endian_hex, is_ipv4

_ADDRESSES = ("host", "gateway", "cvm")
_PYTHON2_TEXT = re.compile(r"\bu(?=['\"])")
_PYTHON2_SET = re.compile(r"\b(?:frozen)?set\(\[((?:(?!set\(\[).)*?)\]\)")
_ARGUMENTS = re.compile(r"(?<=[\w.\-/])['\"]\s*,\s*['\"](?=[\w.\-/])")
_NO_ROUTE = re.compile(r"\bno route to host\b", re.IGNORECASE)  # EHOSTUNREACH in words, and of no route
_ENUMERATOR = re.compile(r"\bk(?=[A-Z][a-z])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_STATE = r"(?:k[A-Z]\w+|[A-Z][A-Z_]{2,})"
_LEFT_STATE = re.compile(rf"(?<![\w.-])(?!VM_STATE_){_STATE}\s*(?:->|=>|→)\s*(?={_STATE}\b)")
_MEMBERS = re.compile(r"[:=]\s*[\[{{(]+\s*['\"]?[\w.]")
_NO_MEMBERS = re.compile(
    r"['\"]?\b\w*(?:forward|rout|redirect|mismatch|illegal|invalid|wrong|missing|absent|stale|unexpected|deviat|violat)\w*"
    r"['\"]?\s*[:=]\s*(?:\[\s*\]|\{\s*\})[,;]?\s*",
    re.IGNORECASE,
)
_FIRST_MEMBER = re.compile(
    r"(?<=[\[({])\s*['\"]?(?:ip|addr|address|ip[ _]addr(?:ess)?)['\"]?\s*[:=]\s*(?=['\"]?\d)", re.IGNORECASE
)


def forms(message: str) -> tuple[str, ...]:
    """The message in the forms that patterns are tried on: plain (no Python 2 prefixes, `_` and camelCase as spaces,
    `kDown` as `Down`, lists of command arguments as a command line), then as written. In both, `set([…])` is a list, as
    it sets nothing; a state that was left (`LOCAL -> ORPHANED`) is not said; nor is a list of routes or of faults
    without any beside one with some. `host: {ip: A}` is `host: {A}`.
    """
    written = _NO_ROUTE.sub("host is unreachable", _PYTHON2_SET.sub(r"[\1]", message))
    written = _LEFT_STATE.sub("", written)
    written = _NO_MEMBERS.sub("", written) if _MEMBERS.search(written) else written
    plain = _FIRST_MEMBER.sub("", _PYTHON2_TEXT.sub("", _ENUMERATOR.sub("", written)))
    plain = _CAMEL.sub(" ", _ARGUMENTS.sub(" ", plain).replace("_", " "))
    return (plain, written) if plain != written else (plain,)


def fields_of(rule: Rule, texts: tuple[str, ...], settings: Settings, vocabulary: Vocabulary) -> dict[str, str]:
    """The fields that the rule or the family's roles find in a message, as text; an address plays one role only."""
    found = dict(rule.set)
    own = dict(rule.fields)
    for field in FIELDS[rule.event]:
        if field not in found and field not in _ADDRESSES:
            value = _first(own.get(field) or vocabulary.role(field), texts)
            found |= {field: value} if value is not None else {}
    for role, patterns in _address_patterns(rule, own, vocabulary):
        if role not in found:
            taken = {found[other] for other in _ADDRESSES if other in found}
            address = _first_address(patterns, texts, settings, taken)
            found |= {role: address} if address is not None else {}
    return found


def _address_patterns(rule: Rule, own: dict[str, Patterns], vocabulary: Vocabulary) -> Iterator[tuple[str, Patterns]]:
    """Roles in the order in which they are filled: the rule's own patterns, then the sure ones, then the weak ones."""
    roles = [role for role in _ADDRESSES if role in FIELDS[rule.event]]
    for role in ("cvm", "host", "gateway"):
        if role in own:
            yield role, own[role]
    for suffix in ("", "_weak"):
        for role in roles:
            if role not in own:
                yield role, vocabulary.role(role + suffix)


def _first(patterns: Patterns, texts: tuple[str, ...]) -> str | None:
    """What the first pattern that is found gives: its group `value` or 1, else the name of the group that took part."""
    for pattern in patterns:
        for text in texts:
            match = pattern.search(text)
            if match is not None:
                return _value(match)
    return None


def _value(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if "value" in groups:
        value = groups["value"]
        return from_little_endian_hex(value) if value and re.fullmatch(r"0x[0-9a-fA-F]+", value) else value
    named = next((name for name, text in groups.items() if text is not None), None)
    return named or (match[1] if match.re.groups else match[0])


def hosts_named(texts: tuple[str, ...], settings: Settings, vocabulary: Vocabulary) -> set[str]:
    """All addresses that a message calls a host for sure."""
    found = (match for pattern in vocabulary.role("host") for match in pattern.finditer(texts[0]))
    return {value for match in found if (value := _value(match)) and can_name(value, settings)}


def _first_address(patterns: Patterns, texts: tuple[str, ...], settings: Settings, taken: set[str]) -> str | None:
    """The first match that can name a host or CVM and has no other role yet; a name when the pattern's text is none."""
    for pattern in patterns:
        for text in texts:
            for match in pattern.finditer(text):
                value = _value(match)
                if value and value not in taken and (can_name(value, settings) or not is_ipv4(value)):
                    return value
    return None
