"""The page that documents the API, drawn from the OpenAPI document: what the document says, the page says, and nothing else."""

import json
import shlex
from dataclasses import dataclass, field
from http import HTTPStatus

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from ninja.openapi.docs import DocsBase

# What stands in examples. A field that is not required and not named here is left out of them.
_EXAMPLES = {
    "email": "erika@firma.example",
    "external_id": "c-1007",
    "first_name": "Erika",
    "last_name": "Muster",
    "job_title": "Head of production",
    "domain": "firma.example",
    "employees": 410,
    "product": "erp",
    "owner": "rita",
    "amount": "12500.00",
    "text": "Asked for a call in December",
    "to": "nurture",
    "reason": "no_budget",
    "key": "erp",
}
_BY_TYPE = {"string": "…", "integer": 17, "number": 1.5, "boolean": True, "null": None}
_BY_FORMAT = {"date-time": "2026-12-01T09:30:00+01:00", "date": "2026-12-01"}
# The same for answers, where every field stands, and for choices.
_NAMES = {
    "name": "Firma GmbH",
    "kind": "download",
    "event_id": "order-4711",
    "stage": "mql",
    "score": 74,
    "band": "B",
    "team": "North",
    "source": "Website",
    "source_system": "Website",
    "campaign": "spring-fair",
    "last_activity_kind": "download",
    "phone": "+49 221 5550 100",
    "city": "Köln",
    "country": "DE",
    "language": "de",
    "industry": "Machinery",
    "website": "https://firma.example/",
    "note": "Ask for Ms Abel",
    "expected_on": "2027-03-31",
}
_DEEP = 6


@dataclass
class Row:
    """One parameter or field."""

    name: str
    type: str
    is_required: bool
    may_be_null: bool = False
    choices: list = field(default_factory=list)
    limits: str = ""
    default: str = ""
    text: str = ""
    where: str = ""


@dataclass
class Operation:
    """One method at one address."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    scope: str
    parameters: list
    fields: list
    good: list
    refusals: list
    answer: str
    curl: str


class Page(DocsBase):
    """Django Ninja asks this for the page."""

    def render_page(self, request, api, **kwargs):
        document = api.get_openapi_schema(path_params=kwargs)
        context = {
            "groups": groups(document, base=request.build_absolute_uri("/").rstrip("/")),
            "document_url": reverse(f"{api.urls_namespace}:openapi-json"),
            "rate": settings.API_RATE,
            "is_wide": True,
        }
        return render(request, "apidocs.html", context)


def groups(document, *, base):
    """(Tag, its operations) in the order of the document. `base` is the address of the installation."""
    found = {}
    known = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, described in item.items():
            found.setdefault(described["tags"][0], []).append(_operation(path, method, described, known, base=base))
    return list(found.items())


def _operation(path, method, described, known, *, base):
    body = _content(described.get("requestBody", {}))
    statuses = {int(status): answer for status, answer in described["responses"].items()}
    first = next(status for status in statuses if status < 300)
    answer = _content(statuses[first])
    example = _example(answer, known) if answer else None
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        text=described.get("description", ""),
        scope=described["security"][0]["Key"][0],
        parameters=[
            _row(one["name"], one["schema"], known, one.get("required", False), one)
            for one in described.get("parameters", [])
        ],
        fields=_rows(body, known) if body else [],
        good=[f"{status} {HTTPStatus(status).phrase}" for status in statuses if status < 300],
        refusals=sorted(status for status in statuses if status >= 400),
        answer=json.dumps(example, indent=2, ensure_ascii=False) if example else "",
        curl=_curl(method.upper(), base + _filled(path), body, known),
    )


def _filled(path):
    """The address with an example in each place."""
    filled = path.replace("{key}", _EXAMPLES["key"])
    while "{" in filled:
        filled = filled[: filled.index("{")] + "17" + filled[filled.index("}") + 1 :]
    return filled


def _content(holder):
    return holder.get("content", {}).get("application/json", {}).get("schema")


def _rows(schema, known, *, prefix="", depth=0):
    """The fields of a body, those of objects and lists in it behind their own."""
    rows = []
    schema, _null = _resolved(schema, known)
    for name, inner in schema.get("properties", {}).items():
        full = prefix + name
        rows.append(_row(full, inner, known, name in schema.get("required", ())))
        resolved, _null = _resolved(inner, known)
        if resolved.get("type") == "array":
            resolved, _null = _resolved(resolved["items"], known)
            full += "[]"
        if "properties" in resolved and depth < _DEEP:
            rows += _rows(resolved, known, prefix=f"{full}.", depth=depth + 1)
    return rows


def _row(name, schema, known, is_required, described=None):
    resolved, may_be_null = _resolved(schema, known)
    kind = resolved.get("type", "any")
    if kind == "array":
        inner, _null = _resolved(resolved["items"], known)
        kind = f"array of {inner.get('type', 'any')}"
    if "format" in resolved:
        kind = f"{kind} ({resolved['format']})"
    text = (described or {}).get("description") or schema.get("description") or resolved.get("description", "")
    choices = resolved.get("enum") or ([resolved["const"]] if "const" in resolved else [])
    default = schema.get("default", resolved.get("default"))
    return Row(
        name=name,
        type=kind,
        is_required=is_required,
        may_be_null=may_be_null,
        choices=choices,
        limits=_limits(resolved),
        default="" if default in (None, "", {}, []) else json.dumps(default),
        text=" ".join(text.split()) if "properties" not in resolved else "",
        where=(described or {}).get("in", ""),
    )


def _resolved(schema, known):
    """The schema without references and alternatives, and whether null is one of these."""
    may_be_null = False
    for _step in range(_DEEP):
        if "$ref" in schema:
            schema = known[schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            may_be_null = may_be_null or {"type": "null"} in schema["anyOf"]
            others = [one for one in schema["anyOf"] if one != {"type": "null"}]
            schema = {**{name: value for name, value in schema.items() if name != "anyOf"}, **others[0]}
        else:
            break
    return schema, may_be_null


def _limits(schema):
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None and most < 2**53:
        return f"{least:,}–{most:,}"
    length = schema.get("maxLength", schema.get("maxItems"))
    return f"≤ {length:,}" if length is not None else f"≥ {least:,}" if least is not None else ""


def _example(schema, known, *, name="", is_whole=True, depth=0):
    """A value that fits the schema. `is_whole`: with every field, as in answers."""
    resolved, may_be_null = _resolved(schema, known)
    if name in _EXAMPLES and resolved.get("type") in ("string", "number", "integer"):
        return _EXAMPLES[name]
    if "enum" in resolved or "const" in resolved:
        kind = _NAMES.get(name)
        choices = resolved.get("enum") or [resolved["const"]]
        return kind if kind in choices else choices[0]
    if resolved.get("type") == "array":
        return [_example(resolved["items"], known, is_whole=is_whole, depth=depth + 1)] if depth < _DEEP else []
    if "properties" in resolved:
        wanted = {
            key: inner
            for key, inner in resolved["properties"].items()
            if is_whole or key in resolved.get("required", ()) or key in _EXAMPLES or key == "company"
        }
        return {
            key: _example(inner, known, name=key, is_whole=is_whole, depth=depth + 1) for key, inner in wanted.items()
        }
    if resolved.get("type") == "object":
        return {}
    if may_be_null and is_whole and name not in _NAMES:
        return None
    return _NAMES.get(name) or _BY_FORMAT.get(resolved.get("format")) or _BY_TYPE.get(resolved.get("type"))


def _curl(method, address, body, known):
    lines = [f"curl -X {method} {shlex.quote(address)}" if method != "GET" else f"curl {shlex.quote(address)}"]
    lines.append('  -H "Authorization: Bearer $KEY"')
    if body:
        example = _example(body, known, is_whole=False)
        if not example:
            resolved, _null = _resolved(body, known)
            name, inner = next(iter(resolved["properties"].items()))
            example = {name: _example(inner, known, name=name, is_whole=False)}
        lines.append("  -H 'Content-Type: application/json'")
        lines.append(f"  -d {shlex.quote(json.dumps(example, ensure_ascii=False, indent=2))}")
    return " \\\n".join(lines)
