"""A page carries its run in the value of a `<data>` element: outside of any script, shown nowhere, and text that a
sanitiser either leaves as it is or drops with the element.

No text of a page can look like it: text has its `<` escaped, an attribute its quotes.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from analyzer.errors import EvidenceError
from analyzer.store.carried.packed import packed, unpacked

MARK = "autopath-run:xz:base64:"
COMPARISON = "autopath-comparison:xz:base64:"
_LINE = 120
_CARRIED = re.compile(rb'<data\b[^<>]{0,400}?\bvalue="' + MARK.encode() + rb'([0-9A-Za-z+/=\s]*)"')
_HEAD = 1024
_BEGIN, _END = re.compile(rb"<html\b", re.IGNORECASE), re.compile(rb"</html\s*>", re.IGNORECASE)
_BLANK = b"\xef\xbb\xbf \t\r\n"


def carried_value(document: bytes, mark: str = MARK) -> str:
    """What the `<data>` element of a page has as its value; empty where the document is beyond what is carried. The
    `mark` says what it is: a run, or a comparison, which is none.
    """
    data = packed(document)
    if data is None:
        return ""
    text = b64encode(data).decode("ascii")
    lines = (text[start : start + _LINE] for start in range(0, len(text), _LINE))
    return "\n".join((mark, *lines))


def is_page(data: bytes) -> bool:
    """Whether a file is markup: a run's document begins with a brace."""
    return data[:_HEAD].lstrip(_BLANK).startswith(b"<")


def document_of_page(data: bytes, name: str) -> bytes:
    """The document that a page carries; :class:`EvidenceError` with `name` where it has none, or several."""
    found = {bytes(match[1]) for match in _CARRIED.finditer(data)}
    if not found and _BEGIN.search(data[:_HEAD]) and not _END.search(data):
        raise EvidenceError(f"{name}: is a page that was cut short (it has no </html>); copy the file again")
    if len(found) != 1:
        raise EvidenceError(
            f"{name}: {f'carries {len(found)} runs' if found else 'is a page that carries no run'}; give a run.json"
        )
    try:
        return unpacked(b64decode(b"".join(found.pop().split()), validate=True), name)
    except ValueError as error:
        raise EvidenceError(f"{name}: the run that it carries is damaged ({error}); copy the file again") from error
