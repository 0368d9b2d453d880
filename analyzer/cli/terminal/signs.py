"""What is written where an encoding lacks our signs: `+/-` for ±, `-` for a dash or a line of a table, `...` for …"""

from __future__ import annotations

import codecs
import os
from typing import TextIO

SIGNS = {
    "±": "+/-", "−": "-", "–": "-", "—": "-", "…": "...", "µ": "u", "μ": "u", "×": "x", "·": "-", "≈": "~", "≤": "<=",
    "≥": ">=", "→": "->", "←": "<-", "↔": "<->", "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ",
    "\u202f": " ", "✓": "+", "✗": "x", "◔": "~", "◷": "~", "●": "*", "━": "=", "─": "-", "│": "|", "┼": "+",
}  # fmt: skip
"""Each sign and its spelling; what is not here is an escape."""
ERRORS = "autopath-signs"
_TABLE = str.maketrans(SIGNS)


def spell_signs() -> str:
    """The name of an error handler for encoders that spells the signs, and writes what else is lacking as an escape."""
    codecs.register_error(ERRORS, _spelled)
    return ERRORS


def _spelled(error: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(error, UnicodeEncodeError):
        sign = error.object[error.start]
        if sign in SIGNS:
            return SIGNS[sign], error.start + 1
    return codecs.backslashreplace_errors(error)


def encoding_wanted() -> str | None:
    """`ascii` under `LC_ALL=C`, which Python takes for UTF-8, unless Python itself was told another; else None."""
    told = os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8")
    return "ascii" if os.environ.get("LC_ALL") in ("C", "POSIX") and not told else None


def spelled(text: str, stream: TextIO) -> str:
    """The text as `stream` will show it, for who lays out columns: whole, or with all its signs spelled."""
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return text.translate(_TABLE)
    return text
