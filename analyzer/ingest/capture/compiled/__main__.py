"""`python -m analyzer.ingest.capture.compiled`: compile the kernels into the cache.

A process of its own: it can be stopped at any time, and the memory that compiling takes goes with it.
"""

from __future__ import annotations

from analyzer.ingest.capture.compiled.scan import compile_all

if __name__ == "__main__":
    compile_all()
