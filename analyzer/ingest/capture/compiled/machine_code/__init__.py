"""The kernels as machine code: a shared library that is built once, found, loaded and called.

A wheel for a platform carries it; a checkout builds it when it is installed, or at the first large capture, and keeps
it in a cache folder. Only building wants numba, llvmlite and a linker (the extra `[build]`), in a process of its own.
"""
