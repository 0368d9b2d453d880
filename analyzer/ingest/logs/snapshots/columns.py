"""The columns of a table, by their headings: in any order, and with further ones between them.

Releases differ in which columns a command prints, and a user may choose them. A row is cut where the heading's rule of
dashes has its gaps, else where two blanks or more stand; where a chat or a ticket has left one blank of them, at each.

Volume Name     Host         Share       Vmknic  Accessible  Mounted  Connections
--------------  -----------  ----------  ------  ----------  -------  -----------
NTNX-container  192.168.5.2  /container  None          true     true            4
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import msgspec

LONGEST = 400
"""Characters of a heading that are looked at."""
_NAME = re.compile(
    r"(?:Volume Name|Hardware Acceleration|Mac Address|World ID|World Name|CC Algo|(?:Local|Foreign|IP|IPv4) Address"
    r"|IPv4 (?:Netmask|Broadcast)|Address Type|DHCP DNS|IP Family|TSO MSS|Recv Q|Send Q|Port Group\S*(?: Network)?)\b"
    r"|\S+",
    re.IGNORECASE,
)
_GAP = re.compile(r"\s{2,}|\t")
_RULE = re.compile(r"[\s-]*-[\s-]*")
_DASHES = re.compile(r"-+")


class Columns(msgspec.Struct, frozen=True):
    """The headings of a table, lower-case and in order, the line that has them, and where each column is by the rule
    under them, where there is one.
    """

    names: tuple[str, ...]
    heading: str
    places: tuple[tuple[int, int], ...] = ()

    def ruled(self, text: str) -> Columns:
        """With the rule that stands below the headings, where a line is one that fits."""
        if self.places or not _RULE.fullmatch(text):
            return self
        places = tuple(dashes.span() for dashes in _DASHES.finditer(text))
        names = tuple(self.heading[begin:end].strip() for begin, end in _reaching(places))
        return Columns(names, self.heading, places) if set(self.names) & set(names) and all(names) else self

    def cells(self, row: str, are: Callable[[Mapping[str, str]], bool]) -> Mapping[str, str] | None:
        """A row's cells by their headings, cut in the first way in which they `are` what they should be."""
        for cut in self._cuts(row):
            told = dict(zip(self.names, cut, strict=True))
            if are(told):
                return told
        return None

    def _cuts(self, row: str) -> Iterator[Sequence[str]]:
        text, width = row.strip(), len(self.names)
        between = zip(self.places, self.places[1:], strict=False)
        if self.places and not any(row[end:begin].strip() for (_, end), (begin, _) in between):
            yield [row[begin:end].strip() for begin, end in _reaching(self.places)]
        if len(wide := _GAP.split(text)) == width:
            yield wide
        if len(words := text.split(None, width - 1)) == width:
            yield words


def _reaching(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int | None]]:
    """From where to where each column's cells may be: the last goes on to the line's end."""
    last = len(places) - 1
    return ((begin, None if place == last else end) for place, (begin, end) in enumerate(places))


def columns_of(heading: str, needed: Collection[str]) -> Columns:
    """The columns of a line of headings, among which are those `needed`."""
    text = heading[:LONGEST].lower().rstrip()
    wide = _GAP.split(text.strip())
    names = wide if set(needed) <= set(wide) else [found[0] for found in _NAME.finditer(text)]
    return Columns(tuple(names), text)


def headings(*needed: bytes) -> bytes:
    """An expression for a line of headings, which has these among others, in any order."""
    looked = b"".join(rb"(?=[^\n]{0,%d}?(?<![\w-])%s(?![\w-]))" % (LONGEST, one) for one in needed)
    return rb"^[ \t]*(?=[A-Z])" + looked + rb"[\w ()/.\t-]{1,%d}\r?$" % LONGEST
