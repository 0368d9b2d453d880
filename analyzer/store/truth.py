"""The truth of a test to JSON and back, and the JSON Schema of it: one document for recordings, lab and simulator."""

from __future__ import annotations

import json

import msgspec

from analyzer.errors import EvidenceError
from analyzer.model.truth import TRUTH_VERSION, Truth
from analyzer.user_file import wrong_json


def encode_truth(truth: Truth) -> bytes:
    """The document: UTF-8, indented, sorted keys, a final newline; the same truth gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(truth, order="sorted"), indent=1) + b"\n"


def decode_truth(data: bytes, name: str) -> Truth:
    """The truth of a document; :class:`EvidenceError` with `name` when it is none, or of another version."""
    try:
        head = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        if "truth_version" not in head:
            raise EvidenceError(f"{name}: has no truth_version, as `autopath schema truth` wants it; make it anew")
        version = msgspec.json.decode(head["truth_version"], type=int)
        if version != TRUTH_VERSION:
            raise EvidenceError(f"{name}: is a truth of version {version}; this program reads {TRUTH_VERSION}")
        return msgspec.json.decode(data, type=Truth)
    except wrong_json() as error:
        raise EvidenceError(f"{name}: is no truth.json ({error}); simulate and lab write them") from error


def truth_schema() -> bytes:
    """The JSON Schema (2020-12) of a truth's document."""
    schema = msgspec.json.schema(Truth)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "autopath truth", **schema}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
