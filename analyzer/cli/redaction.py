"""Redaction as the options ask for it: the run without names, and the key file that maps back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.cli.output import is_redacted
from analyzer.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from analyzer.cli.output import Say, Writing
    from analyzer.model.evidence import CapturedFrames
    from analyzer.model.run import Run


def as_asked(run: Run, frames: CapturedFrames | None, given: Writing, say: Say) -> tuple[Run, CapturedFrames | None]:
    """The run and its frames, redacted where that is asked for; then it is said what was done."""
    path = given["redact_key"]
    if not (given["redact"] or path):
        return run, frames
    from analyzer.redact import load_key, new_key, redacted, save_key

    output = given["output"]
    if path and output and path.resolve().is_relative_to(output.resolve()):
        raise UsageError(f"--redact-key {path}: lies in {output}, and would be given away with it; name another place")
    if is_redacted(run):
        raise UsageError("--redact: this run is redacted already; give it without that option")
    told = redacted(run, (load_key(path) if path else None) or new_key(), frames)
    if path:
        save_key(path, told.key)
    say(_told(path, told.removed))
    return told.run, told.frames


def _told(path: Path | None, removed: int) -> str:
    kept = f"{path} maps back: keep it to yourself" if path else "nothing maps back (--redact-key FILE would)"
    more = f", {removed} texts replaced whole" if removed else ""
    return f"redacted: names and addresses are replaced{more}; {kept}"


def mapped_back(run: Run, path: Path | None) -> Run:
    """The run with the names and addresses that a key file knows; as it is without a file."""
    if path is None:
        return run
    from analyzer.redact import is_key_of, load_key, restored

    if not is_redacted(run):
        raise UsageError("--unredact: this run is not redacted; give it without that option")
    key = load_key(path)
    if key is None:
        raise ConfigurationError(f"{path}: there is no such file; give the key file of --redact-key")
    if not is_key_of(run, key):
        raise ConfigurationError(
            f"{path}: is the key of another run (nothing maps back); give that of its --redact-key"
        )
    return restored(run, key)
