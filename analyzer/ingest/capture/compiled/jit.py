"""What makes a kernel: numba's compiler in the process that compiles them all, plain Python's function in any other.

That process is `machine_code/building.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILES = False
"""Whether this process compiles; to be set before the first kernel is imported."""


def compiled(function: Function) -> Function:
    """The decorator of every kernel."""
    if not COMPILES:
        return function
    import numba

    jitted: Function = numba.njit(error_model="numpy", _nrt=False)(function)
    return jitted
