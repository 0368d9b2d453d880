"""`python -m analyzer.ingest.capture.compiled`: compile the kernels, and write the machine code to the standard output.

A process of its own: it can be stopped at any time, and the memory that compiling takes goes with it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from analyzer.ingest.capture.compiled import jit

if TYPE_CHECKING:
    import llvmlite.binding as llvm


def machine_code() -> tuple[str, bytes]:
    """The name of the function that calls them, and an object file of the kernels for this processor."""
    import numba
    from numba.np.numpy_support import from_dtype

    from analyzer.ingest.capture.compiled import dispatch, layout, object_code, prefetch

    prefetch.teach_numba()
    integer = numba.types.int64
    numbers = (integer,) * dispatch.NUMBERS
    signature = integer(integer, from_dtype(layout.STATE), from_dtype(layout.BLOCK), *numbers)
    jitted = numba.njit(signature, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(
        dispatch.dispatch
    )
    (overload,) = jitted.overloads.values()
    name: str = overload.fndesc.mangled_name
    module = object_code.parsed(jitted.inspect_llvm(overload.signature.args))
    _optimize(module, name)
    return name, object_code.target().emit_object(module)


def _optimize(module: llvm.ModuleRef, dispatch: str) -> None:
    """Optimize the kernels as one program: what nobody else can call is inlined where it is called from one place."""
    import llvmlite.binding as llvm

    from analyzer.ingest.capture.compiled import object_code

    for function in module.functions:
        if not function.is_declaration and function.name != dispatch:
            function.linkage = llvm.Linkage.internal
    builder = llvm.create_pass_builder(object_code.target(), llvm.PipelineTuningOptions(speed_level=3))
    builder.getModulePassManager().run(module, builder)


if __name__ == "__main__":
    jit.COMPILES = True
    name, code = machine_code()
    sys.stdout.buffer.write(name.encode() + b"\n" + code)
