"""HTTP, S3, Google Cloud Storage and Azure, by obstore: credentials are whatever it finds in the environment."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote

import obstore
from obstore import exceptions
from obstore import store as stores

from analyzer.ingest.files.remote import reading
from analyzer.ingest.files.remote.reading import BrokenError, Facts, RefusedError, hold
from analyzer.model.source import Reason

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

_ALLOW_HTTP = {"s3": "AWS_ALLOW_HTTP", "gs": "GOOGLE_ALLOW_HTTP", "az": "AZURE_ALLOW_HTTP"}
"""What the library reads by itself, but for where other options of its client are given."""
_STATUS = re.compile(r"status code: (\d{3})\b")
_ALL_S = 30 * 86_400
"""Seconds that one request may take: what counts is that bytes come."""


def places(url: SplitResult, most: int) -> Iterator[tuple[str, CloudPlace]]:
    """The objects that a URL means, one more than `most` at most: each with its name from the URL's end on."""
    store, path = _store(url)
    if url.scheme.startswith("http") or (path and not path.endswith("/")):
        yield "", CloudPlace(store, path, ranged=True)
        return
    seen = 0
    try:
        for batch in obstore.list(store, prefix=path.rstrip("/") or None):
            for found in sorted(batch, key=lambda one: one["path"]):
                name = found["path"].removeprefix(path)
                if name and seen <= most:
                    seen += 1
                    yield name, CloudPlace(store, found["path"], ranged=True)
            if seen > most:
                return
    except Exception as error:  # noqa: BLE001 - of libraries, some of them bare
        raise _told(error) from None


def _store(url: SplitResult) -> tuple[ObjectStore, str]:
    """What holds a URL's objects, and the path of what it names within."""
    client: ClientConfig = {
        "connect_timeout": timedelta(seconds=reading.CONNECT_S),
        "read_timeout": timedelta(seconds=reading.STALL_S),
        "timeout": timedelta(seconds=_ALL_S),
    }
    retry: RetryConfig = {"max_retries": 0}  # whoever reads tries again, where it broke
    path = unquote(url.path).lstrip("/")
    kwargs: dict[str, Any] = {"client_options": client, "retry_config": retry}
    try:
        if url.scheme.startswith("http"):
            client["allow_http"] = url.scheme == "http"
            if url.username is not None:
                client["default_headers"] = {"authorization": _basic(url)}
            plain = url._replace(netloc=url.netloc.rpartition("@")[2], fragment="")
            return stores.HTTPStore(plain.geturl(), **kwargs), ""
        client["allow_http"] = os.environ.get(_ALLOW_HTTP[url.scheme], "").lower() in ("1", "true")
        kinds: dict[str, Any] = {"s3": stores.S3Store, "gs": stores.GCSStore, "az": stores.AzureStore}
        return kinds[url.scheme](url.hostname, **kwargs), path
    except Exception:  # noqa: BLE001 - its messages may hold what was configured
        raise RefusedError(
            Reason("not-allowed", detail="no store can be made of the URL and the environment")
        ) from None


def _basic(url: SplitResult) -> str:
    """User and password as a header has them (RFC 7617)."""
    pair = f"{unquote(url.username or '')}:{unquote(url.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


class CloudPlace:
    """An object; `ranged` until a server shows that it gives no ranges."""

    def __init__(self, store: ObjectStore, path: str, *, ranged: bool) -> None:
        self._store, self._path, self._ranged = store, path, ranged

    def facts(self) -> Facts:
        """What it is: asked by a GET of its first byte, as a signed URL allows nothing else."""
        try:
            try:
                got = obstore.get(self._store, self._path, options={"range": (0, 1)})
            except (exceptions.NotSupportedError, exceptions.GenericError):  # no ranges, or not one byte
                got = obstore.get(self._store, self._path)
                self._ranged = False
        except Exception as error:  # noqa: BLE001 - of libraries, some of them bare
            raise _told(error) from None
        return _facts(got)

    def part(self, offset: int, facts: Facts) -> Iterator[bytes]:
        """Its bytes from an offset on; where the server gives no ranges, those before are read and dropped."""
        skip = 0 if self._ranged else offset
        try:
            options: Any = {"range": {"offset": offset}} if self._ranged and offset else {}
            if facts.tag.startswith('"'):  # a weak tag never matches
                options["if_match"] = facts.tag
            got = obstore.get(self._store, self._path, options=options)
            hold(_facts(got), facts)
            for piece in got.stream(min_chunk_size=1):
                yield bytes(memoryview(piece)[skip:])
                skip = max(0, skip - len(piece))
        except (RefusedError, GeneratorExit):
            raise
        except exceptions.NotSupportedError:
            self._ranged = False
            raise BrokenError("the server gives no ranges") from None
        except Exception as error:  # noqa: BLE001 - of libraries, some of them bare
            raise _told(error) from None


def _facts(got: GetResult) -> Facts:
    meta = got.meta
    return Facts(meta["size"], meta["e_tag"] or f"{meta['last_modified'].timestamp():.0f}")


def _told(error: Exception) -> BrokenError | RefusedError:
    """What a library's error means, in our own words: its own may hold a URL's secrets."""
    match error:
        case BrokenError() | RefusedError():
            return error
        case exceptions.GenericError() if _status(error) == "404":  # of a bucket
            return RefusedError(Reason("not-there"))
        case exceptions.NotFoundError() | FileNotFoundError():
            return RefusedError(Reason("not-there"))
        case exceptions.PermissionDeniedError() | exceptions.UnauthenticatedError() | PermissionError():
            return RefusedError(Reason("not-allowed", detail="the server refuses these credentials, or wants some"))
        case exceptions.PreconditionError():
            return RefusedError(Reason("changed-on-the-way"))
        case _:
            return BrokenError(_cause(str(error)))


def _status(told: object) -> str | None:
    """The status with which a server answered."""
    found = _STATUS.search(str(told))
    return found[1] if found else None


def _cause(text: str) -> str:
    """What broke, of the few things that can be told."""
    if status := _status(text):
        return f"the server answers {status}"
    known = {
        "TimedOut": f"nothing came for {reading.STALL_S} s",
        "ConnectionRefused": "the connection is refused",
        "dns error": "the name of the host is not known",
        "certificate": "the certificate of the server is not trusted",
        "ConnectionReset": "the connection was reset",
        "IncompleteMessage": "the connection ended before the file did",
        "UnexpectedEof": "the connection ended before the file did",
        "TooManyRedirects": "it redirects without end",
        "MissingContentLength": "the server does not say how long the file is: fetch it, and give the file",
        "UnexpectedRange": "the server gives other bytes than were asked for",
        "hyper::Error( Parse(": "what answers does not speak HTTP",
    }
    told = " ".join(text.split()).lower()
    return next((ours for word, ours in known.items() if word.lower() in told), "the server or the network failed")
