"""Many tests in one go: which there are (`manifest/`), which are done (`finished.py`), one of them in a process of its
own (`work.py`, `worker.py`, `process.py`), all of them by processes here (`local.py`), what came out (`document.py`).
"""
