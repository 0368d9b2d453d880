"""The key of a redaction: a secret that the replacements follow from, and what was replaced, so that its owner can map
back. It is a file for its owner alone.
"""

from __future__ import annotations

import secrets
import stat
import tempfile
from pathlib import Path
from typing import Annotated

import msgspec

from analyzer.errors import ConfigurationError
from analyzer.user_file import content_of, wrong_json

SECRET_BYTES = 32
LARGEST = 64 << 20
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`secret` in hexadecimal; `originals` by what stands for each."""

    autopath_redact: int = 1
    secret: Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{{2 * SECRET_BYTES}}}$")]
    originals: dict[str, str] = {}

    @property
    def bytes(self) -> bytes:
        """The secret."""
        return bytes.fromhex(self.secret)


def new_key() -> Key:
    """A key that nobody has had."""
    return Key(secret=secrets.token_hex(SECRET_BYTES))


def load_key(path: Path) -> Key | None:
    """The key in a file; None where there is no such file. :class:`ConfigurationError` for one that is no key, or that
    others may read.
    """
    try:
        content, mode = content_of(path, LARGEST), path.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path}: can't be read ({error.strerror}); expected a key of --redact") from error
    if mode & _FOR_OTHERS:
        raise ConfigurationError(f"{path}: others may read this key (mode {stat.S_IMODE(mode):04o}); chmod 600 {path}")
    try:
        return msgspec.json.decode(content, type=Key)
    except wrong_json() as error:
        raise ConfigurationError(f"{path}: is no key of --redact ({error}); name another file") from error


def save_key(path: Path, key: Key) -> None:
    """Write the key, whole and for its owner alone; :class:`ConfigurationError` where that can't be."""
    content = msgspec.json.format(msgspec.json.encode(key, order="sorted"), indent=1) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:  # mode 0600
            file.write(content)
        Path(file.name).replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: the key can't be written ({error.strerror}); name another file") from error
