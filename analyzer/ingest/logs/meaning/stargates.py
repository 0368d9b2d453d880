"""A sentence's Stargates: which addresses it calls up, alive, initializing or down. The words are the rules file's.

The sentence is a row of state words and groups of addresses. A group belongs to the word before or behind it, from
which only filler words ("on node", "is") separate it, to the one in its own item of a list ("(A, down), (B, up)"), then
in its own clause ("all alive, but A not ready").
Where both are, it is the one before when the sentence begins with a word and ends with a group ("down on A, up on B"),
else the one behind. A word that labels a list in brackets or nobody (`down nodes=[A]`, `"up": []`, `down: none`) is no
other group's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal

import msgspec

from analyzer.config import Settings
from analyzer.ingest.logs.rules.rule import Vocabulary
from analyzer.ingest.logs.text.addresses import placed
from analyzer.model.event import StargateStates

State = Literal["initializing", "down", "up", "alive"]
_STATES: tuple[State, ...] = ("initializing", "down", "up", "alive")
_NEGATED = re.compile(r"(?:\b(?:not|never|no longer|neither)|n't)\s+(?:\w+\s+)?\Z", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:would|unless|in case)\b[^.;]*\Z", re.IGNORECASE)
_LOOK_BACK = 80  # characters before a word in which what is said of it stands
_BETWEEN = re.compile(r"[\s,'\"]*(?:and\s+)?[\s,'\"]*")
_SENTENCE_ENDS = re.compile(r";|(?<!\d)\.(?=\s|$)")
_NEW_CLAUSE = re.compile(r"[;,.](?!\d)|\b(?:but|while|and|although|however)\b")

_STARGATE = re.compile(r"\bstargates?\b", re.IGNORECASE)
_OF_HOSTS = re.compile(r"\b(?:forwarding|forwards|routes?|paths?|hosts?)['\"]?\s*[:=]\s*[{\[(]", re.IGNORECASE)
_LEADS_TO = re.compile(r"(?:\s|[\[({:='\"]|\b(?:on|of|at|the|cvm|svm|node|is)\b)*", re.IGNORECASE)
_BECAME = re.compile(r"[\s'\"]*(?:->|=>|→|to|becomes?|became)[\s'\"]*", re.IGNORECASE)
_NEXT_ITEM = re.compile(r"[\])}>]['\"]?\s*[,;]?\s*['\"]?[\[({<]")
_LABELS = re.compile(r"(?:\s\w+){0,2}['\"]?\s*[:=]\s*(?=[\[({])")
_LABELS_NOBODY = re.compile(r"(?:\s\w+){0,2}\s*[:=]\s*(?:none|null|nil|nobody|n/a|-+)\s*(?=$|[,;|)])", re.IGNORECASE)
_OPENED = re.compile(r"[\[({\s'\"]*")
_COPULA = re.compile(r"[\])'\"]*(?:\s+(?:is|are|was|were|has|have)\b|\s*=)")


class _Word(msgspec.Struct, frozen=True):
    start: int
    end: int
    state: State


class _Group(msgspec.Struct, frozen=True):
    start: int
    end: int
    addresses: tuple[str, ...]


def stargate_states(text: str, settings: Settings, vocabulary: Vocabulary) -> StargateStates | None:
    """What `text` says of the Stargates; None when it says nothing of any."""
    text = _of_stargates(text)
    words = _words(text, vocabulary)
    groups = _groups(text, settings, vocabulary)
    of = {state: dict[str, None]() for state in _STATES}
    for group in groups:
        word = _word_of(group, words, groups, text, vocabulary)
        if word is not None:
            of[word.state].update(dict.fromkeys(group.addresses))
    claim = _claim(text, words, vocabulary)
    if claim == "alive":  # alive, and "not functioning": it is back, and not ready yet
        of["initializing"].update(of["down"])
        of["down"].clear()
    up = tuple(a for a in (of["up"] | of["alive"]) if a not in of["initializing"] and a not in of["down"])
    states = StargateStates(up, tuple(of["initializing"]), tuple(of["down"]), claim)
    return states if states != StargateStates() else None


def _of_stargates(text: str) -> str:
    """Without a list behind them that is of hosts or of their routes: `stargates={…} forwarding={…}`."""
    said = _STARGATE.search(text)
    other = _OF_HOSTS.search(text, said.end()) if said is not None else None
    return text if other is None else text[: other.start()]


def _words(text: str, vocabulary: Vocabulary) -> tuple[_Word, ...]:
    """The state words in order; of two that overlap, the one of the earlier kind of `_STATES`."""
    found: list[_Word] = []
    for state in _STATES:
        pattern = vocabulary.word(f"state_{state}")
        for match in pattern.finditer(text) if pattern else ():
            if any(match.start() < w.end and w.start < match.end() for w in found):
                continue
            before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
            if _SUPPOSED.search(before) is None:
                said: State = "up" if state == "down" and _NEGATED.search(before) is not None else state
                found.append(_Word(match.start(), match.end(), said))
    found.sort(key=lambda word: word.start)
    return tuple(word for word, after in zip_longest(found, found[1:]) if not _left(text, word, after))


def _left(text: str, word: _Word, after: _Word | None) -> bool:
    """Whether a state was left for the next one: `UP -> DOWN`, `from up to down`."""
    return after is not None and _BECAME.fullmatch(text, word.end, after.start) is not None


def _groups(text: str, settings: Settings, vocabulary: Vocabulary) -> tuple[_Group, ...]:
    """Runs of addresses that nothing but commas and quotes separates; hosts are left out."""
    hosts = {match.start("value") for p in vocabulary.role("host") for match in p.finditer(text)}
    groups: list[_Group] = []
    for start, end, address in placed(text, settings):
        if start in hosts:
            continue
        if groups and _BETWEEN.fullmatch(text, groups[-1].end, start):
            last = groups.pop()
            groups.append(_Group(last.start, end, (*last.addresses, address)))
        else:
            groups.append(_Group(start, end, (address,)))
    first = _named_first(text, groups)
    return tuple(group for group in groups if first is None or group.start >= first)


def _named_first(text: str, groups: Sequence[_Group]) -> int | None:
    """Where the first Stargate is named by its address, if so: `A: the stargate on B is down` is about A, of B."""
    said = _STARGATE.search(text)
    behind = next((group for group in groups if said is not None and group.start >= said.end()), None)
    if said is None or behind is None or _LEADS_TO.fullmatch(text, said.end(), behind.start) is None:
        return None
    return said.start()


def _word_of(
    group: _Group, words: tuple[_Word, ...], groups: tuple[_Group, ...], text: str, vocabulary: Vocabulary
) -> _Word | None:
    """The state word that a group of addresses belongs to: next to it, in its clause, on the sentence's usual side."""
    if len(words) == 1 and len(groups) == 1:
        return words[0] if _SENTENCE_ENDS.search(_between(group, words[0], text)) is None else None
    before = [word for word in words if word.end <= group.start][-1:]
    behind = [word for word in words if word.start >= group.end][:1]
    labelled = [word for word in before if _labels(word, text, group)]
    if labelled:
        return labelled[0]
    before, behind = ([word for word in side if not _labels_another(word, text)] for side in (before, behind))
    first_is_word = bool(words) and words[0].start < groups[0].start
    last_is_word = bool(words) and words[-1].start >= groups[-1].end
    usual = before if first_is_word and not last_is_word else behind if last_is_word and not first_is_word else []

    def rank(word: _Word) -> tuple[bool, int, bool, bool, int]:
        between = _between(group, word, text)
        said = word in behind and _COPULA.match(between) is not None
        return (
            _NEXT_ITEM.search(between) is not None,
            len(_NEW_CLAUSE.findall(between)),
            not said,
            word not in usual,
            len(between),
        )

    near = [word for word in (*before, *behind) if _adjacent(group, word, text, vocabulary)]
    chosen = min(near, key=rank, default=None)
    after = words[words.index(chosen) + 1 :] if chosen is not None and chosen in behind else ()
    if group is groups[-1] and after and after[0].state == "initializing":  # "A is alive, but not initialized"
        return after[0]
    return chosen


def _labels(word: _Word, text: str, group: _Group) -> bool:
    """Whether a word is the label of the list in brackets that begins with `group`."""
    label = _LABELS.match(text, word.end)
    return label is not None and _OPENED.fullmatch(text, label.end(), group.start) is not None


def _labels_another(word: _Word, text: str) -> bool:
    """Whether a word is the label of a list in brackets, or of nobody."""
    return any(label.match(text, word.end) is not None for label in (_LABELS, _LABELS_NOBODY))


def _between(group: _Group, word: _Word, text: str) -> str:
    return text[word.end : group.start] if word.end <= group.start else text[group.end : word.start]


def _adjacent(group: _Group, word: _Word, text: str, vocabulary: Vocabulary) -> bool:
    """Whether only filler words (`is`, `on node`) separate a group from its word."""
    filler, between = vocabulary.word("state_filler"), _between(group, word, text)
    return ";" not in between and (filler is None or filler.search(between) is not None)


def _claim(text: str, words: tuple[_Word, ...], vocabulary: Vocabulary) -> Literal["up", "alive"] | None:
    """`up` when all Stargates are said to function, `alive` when they are said to be there at least."""
    none_down = vocabulary.word("state_none_down")
    if none_down is not None and none_down.search(text):
        return "up"
    every = vocabulary.word("state_all")
    said = every.search(text) if every else None
    if said is None:
        return None
    states = {word.state for word in words}
    if states and not states & {"initializing", "down"}:
        return "up" if "up" in states else "alive"
    claimed = next((word for word in words if word.start >= said.start() and word.start - said.end() < 60), None)
    return "alive" if claimed is not None and claimed.state in ("up", "alive") else None
