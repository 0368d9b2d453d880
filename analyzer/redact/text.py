"""Texts without names: addresses and MACs in every form, names that are known, and every word that may be one.

A text is cut into words at blanks and quotes; a word stays only if it is the program's own, a short number or a time.
What the program says of a frame keeps the numbers of its protocols: XID, sequence, acknowledgement and length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import AddressValueError, IPv6Address

from analyzer.redact.addresses import is_ipv4
from analyzer.redact.replacements import PSEUDONYM, SHORT, Kind, Replacements
from analyzer.redact.vocabulary import is_known

_TOKEN = re.compile(r"[\w.@+\-:/\\%$~#&*^!?]+")
_EDGES = re.compile(r"\A([.:\-+/\\%$~#&*^!?@]*)(.*?)([.:\-+/\\%$~#&*^!?@]*)\Z", re.DOTALL)
_IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}"
_ADDRESS = re.compile(rf"({_IPV4})((?:[:/]\d{{1,5}})?)")
_MAC = re.compile(
    r"(?:[0-9A-Fa-f]{2}([:\-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
)
_NUMBER = re.compile(r"[+\-]?\d{1,7}(?:\.\d{1,9})?(?:[nuµm]?s|min|h|d|x|%|[kMGT]?i?B|Z)?")
"""A number that is too short to be an address."""
_NUMBERED = re.compile(r"cpu\d{1,4}|vmk\d{1,3}|AP\d{3}")
"""CPUs, VMkernel ports, findings."""
_RANGE = re.compile(r"\d{1,7}[-–:]\d{1,7}")
_TIME = re.compile(r"(?:\d{4}-\d\d-\d\d)?T?(?:\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?)?(?:Z|[+\-]\d\d:?\d\d)?")
_CHAIN = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{1,4}(?:[:.\-]{1,2}[0-9A-Fa-f]{1,4}){3,}(?![0-9A-Fa-f])")
"""Short numbers with signs between them: an address in whatever form."""
_SPREAD = re.compile(r"((?<![\w.,])\d{1,3}(?:,\d{1,3}){3,}(?!\w)|(?<!\w)[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){3,}(?!\w))")
"""The same over several words: `10,4,5,6` as FTP has it, `0a 04 05 06` as a dump has it."""
_CUTS = re.compile(r"([/\\:@#&%$~*^!?+]+)")
_PARTY = r"[\d.a-f:]+:\d{1,5}"
_SUMMARY = re.compile(
    rf"(?:VLAN \d{{1,4}} )?{_PARTY} → {_PARTY} (?:[^=→]{{1,99}} )?"
    r"(?:\[[A-Z, ]*\] Seq=\d+ (?:Ack=\d+ )?)?Len=\d+"
)
"""What the program itself says of a TCP segment or a UDP datagram, of typed parts."""
_FIGURE = re.compile(
    r"((?<= xid )0x[0-9a-f]{8}(?= )|(?<= Seq=)\d{1,10}(?= )|(?<= Ack=)\d{1,10}(?= )|(?<= Len=)\d{1,10}\Z)"
)
"""Numbers of the protocols in it, which name nobody."""
_FOUND = re.compile(
    rf"(?<![\w.]){_IPV4}(?!\w|\.\d)|(?<!\w)(?<![0-9A-Fa-f]:)(?:{_MAC.pattern})(?![\w:])"
    rf"|(?<![\w.])(?<![0-9a-f]:)(?:[0-9a-f]{{0,4}}:){{2,7}}[0-9a-f]{{0,4}}(?![\w:.])|{PSEUDONYM.pattern}"
)


class Texts:
    """Texts under some replacements; `names` are those that are known, with what each is of, and `paths` those of
    files, with what stands for each.
    """

    def __init__(self, replacements: Replacements, names: Mapping[str, Kind], paths: Mapping[str, str]) -> None:
        self._replacements = replacements
        self._names = names
        self._lower = {name.lower(): kind for name, kind in names.items()}
        self._paths = paths
        self._phrases = _phrases((*names, *paths))
        self._words: dict[str, str] = {}

    def redacted(self, text: str) -> str:
        """The text without names."""
        if whole := self._whole(text):
            return whole
        if _SUMMARY.fullmatch(text):
            parts = _FIGURE.split(text)
            return "".join(part if number % 2 else self._said(part) for number, part in enumerate(parts))
        return self._said(text)

    def _said(self, text: str) -> str:
        """A text that is no name as a whole, and no summary of a frame."""
        parts = self._phrases.split(text) if self._phrases else [text]
        return "".join(self.redacted(part) if number % 2 else self._plain(part) for number, part in enumerate(parts))

    def _plain(self, text: str) -> str:
        """A text without phrases."""
        parts = _SPREAD.split(text)
        return "".join(
            self._replacements.name("word", part) if number % 2 else _TOKEN.sub(self._token, part)
            for number, part in enumerate(parts)
        )

    def name(self, kind: Kind, name: str) -> str:
        """What stands for a name; for one that is known as something else, that."""
        return self._replacements.name(self._kind(name) or kind, name)

    def _token(self, match: re.Match[str]) -> str:
        word = match[0]
        if word not in self._words:
            self._words[word] = self._edged(word)
        return self._words[word]

    def _edged(self, word: str) -> str:
        """A word, without the punctuation around it where it is something only without."""
        if whole := self._whole(word):
            return whole
        edges = _EDGES.match(word)
        before, inner, after = edges.groups() if edges else ("", word, "")
        return f"{before}{self._inner(inner)}{after}" if inner else word

    def _inner(self, word: str) -> str:
        replacements = self._replacements
        if whole := self._whole(word):
            return whole
        if (address := _ADDRESS.fullmatch(word)) and is_ipv4(address[1]):
            return replacements.ipv4(address[1]) + address[2]
        if _MAC.fullmatch(word):
            return _formed(word, replacements.mac(re.sub(r"\W", "", word)))
        if _is_plain(word):
            return word
        if word.count(":") >= 2 and _is_ipv6(word):  # in its own form only: another one is a name like any other
            return replacements.ipv6(word)
        chain = _CHAIN.search(word)
        if chain and chain[0] != word:
            return self._edged(word[: chain.start()]) + self._inner(chain[0]) + self._edged(word[chain.end() :])
        if not chain and _CUTS.search(word):
            return "".join(part if _CUTS.fullmatch(part) else self._inner(part) for part in _CUTS.split(word) if part)
        return replacements.name("word", word)

    def _whole(self, text: str) -> str | None:
        """What stands for a text that is a path or a name as a whole."""
        if text in self._paths:
            return self._paths[text]
        kind = self._kind(text)
        return self._replacements.name(kind, text) if kind else None

    def _kind(self, word: str) -> Kind | None:
        return self._names.get(word) or self._lower.get(word.lower())


def _phrases(names: Iterable[str]) -> re.Pattern[str] | None:
    """The names that are no single word, the longest first; none as a part of a longer word."""
    several = sorted((name for name in names if not _TOKEN.fullmatch(name)), key=lambda name: (-len(name), name))
    return re.compile(f"({'|'.join(map(_bounded, several))})") if several else None


def _bounded(name: str) -> str:
    before, after = (r"(?<!\w)" if _is_letter(name[0]) else ""), (r"(?!\w)" if _is_letter(name[-1]) else "")
    return f"{before}{re.escape(name)}{after}"


def _is_letter(sign: str) -> bool:
    return re.fullmatch(r"\w", sign) is not None


def _is_plain(word: str) -> bool:
    """Whether a word names nobody."""
    return len(word) == 1 or is_known(word) or any(form.fullmatch(word) for form in (_NUMBER, _RANGE, _TIME, _NUMBERED))


def restored(text: str, replacements: Replacements) -> str:
    """The text with what was replaced in it, as far as the key knows that."""
    parts: list[str] = []
    at = 0
    while match := _FOUND.search(text, at):
        original, length = _original(match[0], replacements)
        parts += (text[at : match.start()], original)
        at = match.start() + length
    return "".join((*parts, text[at:]))


def _original(found: str, replacements: Replacements) -> tuple[str, int]:
    """What is behind the beginning of what was found, and the length of that; the whole as it is where nothing is."""
    if _MAC.fullmatch(found):
        digits = re.sub(r"\W", "", found).lower()
        known = replacements.original(":".join(digits[at : at + 2] for at in range(0, 12, 2)))
        return (_formed(found, known.replace(":", "")) if known else found), len(found)
    lengths = range(len(found), SHORT, -1) if PSEUDONYM.fullmatch(found) else (len(found),)
    known_at = ((replacements.original(found[:length]), length) for length in lengths)
    return next(((known, length) for known, length in known_at if known), (found, len(found)))


def _formed(word: str, digits: str) -> str:
    """A MAC's digits as they stand in a word: with its separators, and in its case."""
    rest = iter(digits.upper() if any(c.isupper() for c in word) else digits)
    return "".join(next(rest) if c.isalnum() else c for c in word)


def _is_ipv6(text: str) -> bool:
    try:
        return str(IPv6Address(text)) == text
    except AddressValueError:
        return False
