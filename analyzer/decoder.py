"""JSON as values: one decoder a type, which is made by one thread at a time.

The library learns what a type is made of when it is first asked for it, and a second thread that asks meanwhile gets
what is not yet whole, which crashes the process (msgspec 0.22).
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_making = threading.Lock()
_made: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder_of(of: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of a type of values."""
    decoder = _made.get(of)
    if decoder is None:
        with _making:
            decoder = _made.get(of) or _made.setdefault(of, msgspec.json.Decoder(of))
    return decoder
