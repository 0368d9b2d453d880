"""The JSON Schemas of run.json and truth.json: a table a definition, and the schema itself beside the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.store import run_schema, truth_schema
from manual.reference.codes import plain
from manual.reference.verdicts import table


def pages() -> Iterator[tuple[str, str]]:
    """A page and a JSON file a document."""
    for name, text in (("run", run_schema()), ("truth", truth_schema())):
        yield f"{name}.schema.json", text.decode("utf-8")
        yield f"{name}-schema.md", _page(name, json.loads(text))


def _page(name: str, schema: Mapping[str, Any]) -> str:
    definitions = schema["$defs"]
    top = schema["$ref"].rpartition("/")[2]
    parts = [
        (
            f"# {name}.json\n\nEvery `{name}.json` of this version satisfies [this JSON Schema](./{name}.schema.json) "
            f"(2020-12), which `autopath schema {name}` prints. It is a [`{top}`](#{_anchor(name, top)}). Times are "
            f"integer nanoseconds.\n"
        ),
        *(_definition(name, title, definitions[title]) for title in sorted(definitions)),
    ]
    return "\n".join(parts)


def _definition(name: str, title: str, definition: Mapping[str, Any]) -> str:
    about = plain(definition.get("description", ""))
    required = set(definition.get("required", ()))
    rows = [
        (f"`{key}`", _type(name, what), "" if key in required else _default(what))
        for key, what in definition.get("properties", {}).items()
    ]
    shape = table(("key", "value", "unless told"), rows) if rows else _type(name, definition) + "\n"
    return f"({_anchor(name, title)})=\n## {title}\n\n{about}\n\n{shape}"


def _default(what: Mapping[str, Any]) -> str:
    return f"`{json.dumps(what['default'], ensure_ascii=False)}`" if "default" in what else "absent"


def _type(name: str, what: Mapping[str, Any]) -> str:
    """The type of a value in words, with links to what is defined."""
    if "$ref" in what:
        title = what["$ref"].rpartition("/")[2]
        return f"[{title}](#{_anchor(name, title)})"
    if "enum" in what:
        return ", ".join(f"`{json.dumps(one)}`" for one in what["enum"])
    if "const" in what:
        return f"`{json.dumps(what['const'])}`"
    for key in ("anyOf", "oneOf"):
        if key in what:
            return " or ".join(_type(name, one) for one in what[key])
    return _plain_type(name, what)


def _plain_type(name: str, what: Mapping[str, Any]) -> str:
    match what.get("type"):
        case "array" if "prefixItems" in what:
            return f"list of {', '.join(_type(name, one) for one in what['prefixItems'])}"
        case "array" if isinstance(what.get("items"), dict):
            return f"list of ({_type(name, what['items'])})"
        case "object" if isinstance(what.get("additionalProperties"), dict):
            return f"object of ({_type(name, what['additionalProperties'])})"
        case None:
            return "any value"
        case kind:
            return str(kind)


def _anchor(name: str, title: str) -> str:
    return f"{name}-{title.lower()}"
