"""Text that attacks whatever it is written into, and runs that hold it in each of their free texts."""

from __future__ import annotations

from functools import cache

import msgspec
from hypothesis import strategies as st
from msgspec.inspect import CustomType, DictType, Field, StrType, StructType, Type, UnionType, VarTupleType, type_info

from analyzer.model.about import About
from analyzer.model.run import Run
from tests.report import builder

ATTACKS = (
    "<script>alert(1)</script>",
    "</template></style></textarea>-->]]><svg onload=alert(1)>",
    "'\"`;--\\",
    "&amp;&lt;b&gt; &#x3c;",
    "![x](http://evil.example/x.png) [a](javascript:alert(1)) <http://evil.example> www.evil.example",
    "**b** _i_ ~~s~~ `c` ``` $x$ ^ # h | cell | cell \\| \\",
    "- item\n# heading\n\n1. one\n> quote\n---\n===\n    code\n\tcode\n```\nfence\n~~~\n",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '","\n=1,"x',
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;<![CDATA[x]]>",
    '"} 1\nautopath_acceptable{answer="yes"} 1\n# EOF\n\\',
    "\u202eabc\u2066\u200b\ufeff\u2028\u2029\x85",
    "\x00\x01\x07\x1b[31m\x7f",
    "\ufffe\uffff\U0010ffff",
    "{{ 7*7 }}{% raw %}${7*7}%s%(x)s{0}",
)
texts = st.sampled_from(ATTACKS) | st.text(max_size=60) | st.lists(st.sampled_from(ATTACKS), max_size=3).map("".join)


@cache
def _run_type() -> Type:
    return type_info(Run)


def attacked(text: str, run: Run | None = None) -> Run:
    """The run with `text` for each of its free texts, however deep; words of a closed list stay."""
    whole = builder.run(builder.episode()) if run is None else run
    said = text or "-"  # what is not said is not written at all
    about = About(
        title=said,
        ticket=said,
        cluster=said,
        operator=said,
        aos_version=said,
        esxi_version=said,
        labels=((said, said),),
    )
    attacking = msgspec.convert(_with(msgspec.to_builtins(whole), _run_type(), text), Run)
    return msgspec.structs.replace(attacking, about=about)


def _with(value: object, kind: Type, text: str) -> object:
    match value, kind:
        case str(), StrType():
            return text
        case str(), UnionType(types=types) if any(isinstance(one, StrType) for one in types):
            return text
        case dict(), StructType(fields=fields):
            return {name: _field(name, each, fields, text) for name, each in value.items()}
        case list(), VarTupleType(item_type=item):
            return [_with(each, item, text) for each in value]
        case ((dict() | list()), UnionType(types=types)):
            return _of_union(value, types, text)
        case _:
            return value


def _field(name: str, value: object, fields: tuple[Field, ...], text: str) -> object:
    kind = next((field.type for field in fields if field.encode_name == name), None)
    return value if kind is None else _with(value, kind, text)


def _of_union(value: object, types: tuple[Type, ...], text: str) -> object:
    """By the tag where the union is one of tagged structs, else by what it is."""
    structs = [one for one in types if isinstance(one, StructType)]
    if isinstance(value, dict) and structs:
        tagged = next((one for one in structs if one.tag_field and value.get(one.tag_field) == one.tag), structs[0])
        return _with(value, tagged, text)
    other = next((one for one in types if isinstance(one, (VarTupleType, DictType, CustomType))), None)
    return value if other is None else _with(value, other, text)
