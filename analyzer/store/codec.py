"""A run to JSON and back, and the JSON Schema of it. Keys are sorted; times are integers (ns), never floats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

import msgspec

from analyzer.decoder import decoder_of
from analyzer.errors import EvidenceError
from analyzer.model.run import SCHEMA_VERSION, Run
from analyzer.store.consistent import contradiction, too_large
from analyzer.store.upgrade import is_known, upgraded
from analyzer.user_file import wrong_json

_AT_ONCE = 64
"""Values of a field that are encoded at once: whole, 1,000 episodes would stand in memory three times."""


def encode_run(run: Run) -> bytes:
    """The run's document: UTF-8, indented, sorted keys, a final newline; the same run gives the same bytes."""
    written = BytesIO()
    before = b"{\n"
    for name in sorted(Run.__struct_fields__):
        written.write(before)
        written.writelines(_encoded_field(name, getattr(run, name)))
        before = b",\n"
    written.write(b"\n}\n")
    return written.getvalue()


def _encoded_field(name: str, value: object) -> Iterator[bytes]:
    """A field as it stands in the document, in pieces; of a long list some values in each."""
    if not isinstance(value, tuple) or len(value) <= _AT_ONCE:
        yield _formatted(name, value).removeprefix(b"{\n").removesuffix(b"\n}")
        return
    before, after = f' "{name}": [\n'.encode(), b"\n ]"
    yield before
    for start in range(0, len(value), _AT_ONCE):
        some = _formatted(name, value[start : start + _AT_ONCE])
        yield (b",\n" if start else b"") + some.removeprefix(b"{\n" + before).removesuffix(after + b"\n}")
    yield after


def _formatted(name: str, value: object) -> bytes:
    """A document of one field."""
    return msgspec.json.format(msgspec.json.encode({name: value}, order="sorted"), indent=1)


def decode_run(data: bytes, name: str) -> Run:
    """The run of a document; :class:`EvidenceError` with `name` when it is none, of a schema version that is not
    known, or contradicts itself; an older one is brought up to date.
    """
    try:
        head = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        version = msgspec.json.decode(head["schema_version"], type=int)
        if not is_known(version):
            raise EvidenceError(
                f"{name}: is a run of schema version {version}; this program reads {SCHEMA_VERSION}: analyze again"
            )
        if version == SCHEMA_VERSION:
            run = decoder_of(Run).decode(data)
        else:
            decoder_of(Run)  # what it is made of is known from here on, to all threads
            run = msgspec.convert(upgraded(json.loads(data), version), Run)
        if said := contradiction(run) or ("a number in it is too large" if too_large(data) else ""):
            raise EvidenceError(f"{name}: contradicts itself ({said}); make it anew with `autopath analyze`")
        return run
    except wrong_json(KeyError) as error:
        raise EvidenceError(f"{name}: is no run.json of autopath ({error}); make it with `autopath analyze`") from error


def run_schema() -> bytes:
    """The JSON Schema (2020-12) of a run's document."""
    schema = msgspec.json.schema(Run)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "autopath run", **schema}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
