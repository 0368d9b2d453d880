"""`autopath`, and `python -m analyzer`: an interrupt before the command line is there ends it without a word."""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # what `signal` is made of, without what that imports

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

TYPE_CHECKING = False  # nothing is imported before the lines above, nor for the names below
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit."""
    from analyzer.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
