"""A hint to the processor, which Python has no word for and LLVM has: these bytes are wanted soon."""

from __future__ import annotations

from typing import Any

from analyzer.ingest.capture.compiled.layout import Block

Numba = Any
"""A type, a value or a builder of numba's."""

_READ, _OFTEN, _DATA = 0, 3, 1
"""Arguments of llvm.prefetch (LLVM Language Reference)."""


def prefetch(data: Block, at: int) -> None:
    """Have the cache line of a block's byte near; nothing else comes of it, also where there is no such byte."""


def teach_numba() -> None:
    """Tell numba what to make of :func:`prefetch`; to be called before the first kernel is compiled."""
    from numba.core import types
    from numba.extending import intrinsic, overload

    def typed(_: Numba, data: Numba, at: Numba) -> Numba:
        return types.void(data, at), _generate

    hint = intrinsic(typed)

    def instead(data: Numba, at: Numba) -> Numba:  # noqa: ARG001 - numba tells the types, and wants the same names
        def hinted(data: Numba, at: Numba) -> Numba:
            return hint(data, at)

        return hinted

    overload(prefetch)(instead)


def _generate(_: Numba, builder: Numba, __: Numba, arguments: Numba) -> None:
    """Call llvm.prefetch with the address of a record's byte."""
    from llvmlite import ir

    address, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    octet = builder.gep(builder.bitcast(arguments[0], address), [arguments[1]])
    kind = ir.FunctionType(ir.VoidType(), [address, number, number, number])
    called = builder.module.declare_intrinsic("llvm.prefetch", (address,), kind)
    builder.call(called, [octet, number(_READ), number(_OFTEN), number(_DATA)])
