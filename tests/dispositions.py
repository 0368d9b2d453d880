"""How a program is started that signals are sent to: as by a terminal, or as by a shell in the background.

What a shell starts with `&` ignores SIGINT (POSIX, 2.11), and so do its children (signal(7)): tests that run in the
background would otherwise start programs that nobody can interrupt.
"""

from __future__ import annotations

import sys

_DEFAULT = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])"
_IGNORED = 'trap "" INT; exec "$@"'


def in_foreground(*command: str) -> list[str]:
    """The command, which SIGINT interrupts whoever starts it; its process is the one that is started."""
    return [sys.executable, "-c", _DEFAULT, *command]


def in_background(*command: str) -> list[str]:
    """The command, which ignores SIGINT unless it says otherwise; its process is the one that is started."""
    return ["sh", "-c", _IGNORED, "sh", *command]
