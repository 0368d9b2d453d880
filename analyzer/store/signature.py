"""`manifest.json.sig`: who vouches for a manifest, and so for all that it names, by an SSH key; made and checked by
ssh-keygen.

Reference: OpenSSH, PROTOCOL.sshsig; ssh-keygen(1), `-Y sign`, `verify`, `find-principals` and ALLOWED SIGNERS.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from analyzer.errors import UsageError
from analyzer.programs import Limits, ProgramError, run_program
from analyzer.user_file import content_of

NAME = "manifest.json.sig"
NAMESPACE = "autopath-manifest"
"""What the signature is for: one of the same key on anything else is none of a manifest."""
MOST = 1 << 16
"""Bytes of a signature."""
_PROGRAM = "ssh-keygen"
_LIMITS = Limits(seconds=30.0, output=1 << 16, memory=1 << 30)
_BEGIN = b"-----BEGIN SSH SIGNATURE-----"
_MOST_SIGNERS = 100


class Signature(NamedTuple):
    """What a signature is: whether it is one of the manifest that is there, and by whom of those that were named
    (empty: by none of them, or none was named).
    """

    fits: bool
    by: str = ""


def signed(manifest: bytes, key: Path) -> bytes:
    """The signature of a manifest by a private key, or a public one whose private one an agent has.

    Raises :class:`ProgramError` where there is no ssh-keygen or it signs nothing: nobody is asked for a passphrase.
    """
    done = run_program([_PROGRAM, "-Y", "sign", "-n", NAMESPACE, "-f", str(key.absolute())], [manifest], _LIMITS)
    if done.status or not done.output.startswith(_BEGIN):
        raise ProgramError(f"{_PROGRAM} does not sign with {key}; name an SSH key without a passphrase, or an agent's")
    return done.output


def checked(manifest: bytes, signature: Path, signers: Path | None) -> Signature:
    """Whether a signature is of these bytes, and by whom of the file `signers` (what ssh-keygen calls allowed signers).

    Raises :class:`OSError` where the signature can't be read, :class:`UsageError` where the signers can't,
    :class:`ProgramError` where there is no ssh-keygen.
    """
    content_of(signature, MOST)
    path = str(signature.absolute())
    if signers is None:
        return Signature(_says_yes(manifest, "check-novalidate", "-s", path))
    try:
        content_of(signers)
    except OSError as error:
        raise UsageError(f"{signers}: can't be read ({error.strerror}); name a file of allowed signers") from error
    allowed = str(signers.absolute())
    found = run_program([_PROGRAM, "-Y", "find-principals", "-s", path, "-f", allowed], (), _LIMITS)
    names = found.output.decode("utf-8", "replace").splitlines() if not found.status else []
    for name in names[:_MOST_SIGNERS]:
        if _says_yes(manifest, "verify", "-s", path, "-f", allowed, "-I", name):
            return Signature(fits=True, by=name)
    return Signature(_says_yes(manifest, "check-novalidate", "-s", path))


def _says_yes(manifest: bytes, what: str, *further: str) -> bool:
    return run_program([_PROGRAM, "-Y", what, "-n", NAMESPACE, *further], [manifest], _LIMITS).status == 0
