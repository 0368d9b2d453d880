"""What is a URL, and what it is called: without user, password, query and fragment, which may hold secrets.

Reference: RFC 3986, section 3.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from analyzer.errors import EvidenceError

CLOUD = ("http", "https", "s3", "gs", "az")
SFTP = "sftp"
SCHEMES = (*CLOUD, SFTP)
LONGEST = 8_192
"""Characters of a URL at most; one that was signed beforehand may have thousands."""
_URL = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*://|(?:{'|'.join(SCHEMES)}):/[^/]*@", re.IGNORECASE)
_SHOWN = 200


def is_url(text: str) -> bool:
    """Whether a path that was given is a URL, or was to be one, with a user before its host and a slash too few."""
    return _URL.match(text) is not None


def shown_url(url: str) -> str:
    """What a URL is called in results and in errors."""
    parts = _split(url)
    return f"{parts.scheme}://{_host(parts)}{parts.path}" if parts and parts.netloc else f"{url.partition(':')[0]}://…"


def parsed(url: str) -> SplitResult:
    """The parts of a URL; :class:`EvidenceError` where it is none that can be read."""
    if len(url) > LONGEST:
        raise EvidenceError(f"{shown_url(url)[:_SHOWN]}…: has {len(url):,} characters; expected at most {LONGEST:,}")
    parts = _split(url)
    if parts is None or not parts.hostname:
        raise EvidenceError(f"{shown_url(url)}: is no URL that names a host or bucket; expected {_expected()}")
    if parts.scheme not in SCHEMES:
        raise EvidenceError(f"{shown_url(url)}: {parts.scheme} is not read; expected {_expected()}")
    return parts


def _expected() -> str:
    return f"a path, or a URL of {', '.join(SCHEMES[:-1])} or {SCHEMES[-1]}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]
