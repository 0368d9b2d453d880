"""Builds the kernels: numba makes LLVM's assembly of them, llvmlite machine code, and a linker a shared library.

The same source and the same compilers give the same bytes, on any processor: numba is told to forget which one it runs
on. What numba makes of the kernels names no type of the platform, so that it can be compiled for others.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import AutopathError
from analyzer.ingest.capture.compiled import jit
from analyzer.ingest.capture.compiled.machine_code.library import FUNCTION
from analyzer.ingest.capture.compiled.machine_code.platforms import Platform, here

if TYPE_CHECKING:
    import llvmlite.binding as llvm

_ANY_PROCESSOR = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}


class CantBuildError(AutopathError):
    """The kernels can't be compiled or linked here."""


def library(platform: Platform) -> bytes:
    """The shared library of the kernels for a platform; :class:`CantBuildError` where it can't be built."""
    linker = _linker(platform)
    with tempfile.TemporaryDirectory(prefix="autopath-") as folder:
        kernels, made = Path(folder, "kernels.o"), Path(folder, f"kernels{platform.suffix}")
        kernels.write_bytes(object_code(_assembly(), platform))
        done = subprocess.run(
            [*linker, "-o", made, kernels], stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True
        )
        if done.returncode:
            raise CantBuildError(f"{linker[0]} can't link: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}")
        return made.read_bytes()


def _linker(platform: Platform) -> Sequence[str]:
    """The command that links for a platform; the C compiler of this computer knows its own alone."""
    alone = (
        [] if platform.suffix == ".dll" else ["-nostdlib"]
    )  # a DLL has an entry point, which Windows' C library gives
    if platform == here() and (compiler := shutil.which("cc")):
        reproducibly = ["-Wl,--build-id=none", "-s"] if platform.suffix == ".so" else []
        return [compiler, "-shared", *alone, *reproducibly]
    if _has_ziglang():
        return [sys.executable, "-m", "ziglang", "cc", "-target", platform.zig, "-shared", *alone, "-s"]
    raise CantBuildError(
        "there is no linker: install a C compiler (cc)"
        if platform == here()
        else "install ziglang, which links for others"
    )


def _has_ziglang() -> bool:
    return importlib.util.find_spec("ziglang") is not None


def _assembly() -> str:
    """LLVM's assembly of the kernels, in which :data:`FUNCTION` calls all others."""
    os.environ.update(_ANY_PROCESSOR)
    jit.COMPILES = True
    try:
        import numba
        from numba.np.numpy_support import from_dtype
    except ImportError as error:
        raise CantBuildError(f"{error.name} is not installed (the extra [build])") from error

    from analyzer.ingest.capture.compiled import dispatch, layout, prefetch

    prefetch.teach_numba()
    integer = numba.types.int64
    numbers = (integer,) * layout.NUMBERS
    signature = integer(integer, from_dtype(layout.STATE), from_dtype(layout.BLOCK), *numbers)
    jitted = numba.njit(signature, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(
        dispatch.dispatch
    )
    (overload,) = jitted.overloads.values()
    assembly: str = jitted.inspect_llvm(overload.signature.args)
    return assembly.replace(overload.fndesc.mangled_name, FUNCTION)


def object_code(assembly: str, platform: Platform) -> bytes:
    """An object file: the kernels, optimized as one program, of which only one function can be called from outside."""
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(platform.triple).create_target_machine(cpu=platform.cpu, opt=3, reloc="pic")
    module = llvm.parse_assembly(assembly)
    module.triple, module.data_layout = platform.triple, str(machine.target_data)
    for function in module.functions:
        if function.name == FUNCTION:
            function.storage_class = _exported(platform)
        elif not function.is_declaration:
            function.linkage = llvm.Linkage.internal
    for variable in module.global_variables:  # numba's own, which the kernels don't use: nothing refers to them then
        variable.linkage = llvm.Linkage.internal
    builder = llvm.create_pass_builder(machine, llvm.PipelineTuningOptions(speed_level=3))
    builder.getModulePassManager().run(module, builder)
    return machine.emit_object(module)


def _exported(platform: Platform) -> llvm.StorageClass:
    import llvmlite.binding as llvm

    return llvm.StorageClass.dllexport if platform.suffix == ".dll" else llvm.StorageClass.default
