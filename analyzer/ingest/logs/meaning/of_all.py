"""Whether a line that finds paths right says so of all that it names: what it says of some is no check of the others.

All but 192.168.1.24 forward as expected                        of all but one
forwarding: 192.168.1.24 astray, 192.168.1.25 correct           of one of them
2 of 3 hosts forward as expected; it would be right once …      of some; not yet
"""

from __future__ import annotations

import re
from itertools import pairwise

_BUT = re.compile(
    r"\b(?:except(?:ing|ion)?|excluding|all but|apart from|aside from|other than|would|once|unless|until)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?<![\d./])(\d{1,4}) ?(?:/|of|out of) ?(\d{1,4})(?![\d./])")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_BEFORE = re.compile(r"(\w+) (\w+) $")
_AFTER = re.compile(r" ?[=:] ?([^\W\d][\w-]*)")
_LISTED = re.compile(r"[\s,;&+|'\"\[\](){}u]*(?:\band\b)?[\s'\"\[(u]*")


def is_of_all(text: str, *, one_host: bool) -> bool:
    """Whether what the text says holds for all hosts that it names: for the one that it is about (`one_host`), else for
    each address of a list, of which the same is said.
    """
    if _BUT.search(text) or any(int(some) < int(every) for some, every in _COUNTED.findall(text)):
        return False
    return not _says_more_than_one_thing(text) and (one_host or _is_one_list(text))


def _says_more_than_one_thing(text: str) -> bool:
    """Whether two addresses are told of in the same form, with a word of its own for each: "forwarding of A deviates;
    forwarding of B is right", "A=odd B=right".
    """
    found = list(_ADDRESS.finditer(text))
    for one, other in pairwise(found):
        between = text[one.end() : other.start()]
        before = _BEFORE.search(text[: one.start()])
        if before and between.endswith(before[0]) and not _LISTED.fullmatch(between.removesuffix(before[0])):
            return True
        words = [_AFTER.match(text, each.end()) for each in (one, other)]
        if all(words) and len({word[1] for word in words if word}) > 1:
            return True
    return False


def _is_one_list(text: str) -> bool:
    """Whether nothing stands between the addresses, or the same between any two of them."""
    between = [text[one.end() : other.start()] for one, other in pairwise(_ADDRESS.finditer(text))]
    return all(map(_LISTED.fullmatch, between)) or len(set(between)) == 1
