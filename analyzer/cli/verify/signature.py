"""The signature of a report's manifest: whether it is of that, and by whom."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from analyzer.programs import ProgramError
from analyzer.store.manifest import MOST_OUTPUT, Checked
from analyzer.store.manifest import NAME as MANIFEST
from analyzer.store.signature import NAME, Signature, checked
from analyzer.user_file import content_of


class Vouched(NamedTuple):
    """What agrees or does not, and what is to be said beside that."""

    checked: tuple[Checked, ...] = ()
    said: str = ""


def vouched(folder: Path, signers: Path | None) -> Vouched:
    """What holds of the signature in a folder; where `signers` are named, one of them has to have signed.

    Raises :class:`~analyzer.errors.UsageError` where the signers can't be read, and
    :class:`~analyzer.programs.ProgramError` where they are named and nothing can be checked.
    """
    if not (folder / NAME).is_file():
        return _wrong("is not there") if signers else Vouched()
    if not (folder / MANIFEST).is_file():
        return _wrong(f"there is no {MANIFEST} that it could be of")
    try:
        found = checked(content_of(folder / MANIFEST, MOST_OUTPUT), folder / NAME, signers)
    except OSError as error:
        return _wrong(f"can't be read ({error.strerror})")
    except ProgramError as error:
        if signers:
            raise
        return Vouched(said=f"{NAME}: not checked ({error})")
    return _told(found, signers)


def _told(found: Signature, signers: Path | None) -> Vouched:
    if not found.fits:
        return _wrong(f"is not of this {MANIFEST}")
    if signers is None:
        return Vouched(
            said=f"{NAME}: is of this {MANIFEST}; whose it is, is not checked: name who may sign (--signers)"
        )
    if not found.by:
        return _wrong(f"is by none of those in {signers}")
    return Vouched((Checked(f"{NAME} (by {found.by})", agrees=True),))


def _wrong(what: str) -> Vouched:
    return Vouched((Checked(NAME, agrees=False, wrong=what),))
