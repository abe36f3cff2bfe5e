"""Checking documents against JSON Schemas more strictly than these ask: no object may hold what its schema does not name.

``checker = closed_checker(folder, "service.json")``; ``problems_in(checker, document)`` returns sentences, none when the
document fits. Formats (uuid, uri, email, date-time) are checked. What the schemas only say in words, dates and times of
day, is checked by `DAYS` and `TIMES`.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DAYS: Final = frozenset({"assured_date", "valid_from", "valid_to", "dtstart", "until", "last_action_date"})
"""Properties of HSDS that hold a day, as their descriptions say; the schemas name no format."""
TIMES: Final = frozenset({"opens_at", "closes_at"})

_TIME_PATTERN: Final = r"^([01]\d|2\d|30):[0-5]\d\+09:00$"


def closed(schema: Any) -> Any:
    """Return a copy of a schema in which every object forbids what it does not name, and days and times are checked."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {
        name: closed(each) if name not in ("example", "enum", "required") else each
        for name, each in schema.items()
    }
    properties = copy.get("properties")
    if isinstance(properties, dict):
        copy.setdefault("additionalProperties", False)
        for name, each in properties.items():
            if isinstance(each, dict) and each.get("type") == "string":
                if name in DAYS:
                    each.setdefault("format", "date")
                if name in TIMES:
                    each.setdefault("pattern", _TIME_PATTERN)
    return copy


@lru_cache(16)
def closed_checker(folder: Path, name: str) -> Draft202012Validator:
    """Return the closed schema of a file of this folder, ready to check with formats."""
    metadata = _read(folder, "service.json")["properties"]["metadata"]["items"]
    # The folder lacks this one, and says where it is found.
    files = {"metadata.json": metadata} | {
        path.name: _read(folder, path.name)
        for path in (folder / "taxonomy.json", folder / "taxonomy_term.json")
    }
    registry: Registry[Any] = Registry().with_resources(
        (file, Resource.from_contents(closed(content), default_specification=DRAFT202012))
        for file, content in files.items()
    )
    schema = closed(deepcopy(_read(folder, name)))
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def closed_page(folder: Path) -> Draft202012Validator:
    """Return the envelope of a page as the description of HSDS has it, closed, with every field required."""
    page = deepcopy(_read(folder, "openapi.json")["components"]["schemas"]["Page"])
    page["properties"]["contents"] = {"type": "array"}
    page["required"] = sorted(page["properties"])
    return Draft202012Validator(closed(page), format_checker=FormatChecker())


def problems_in(checker: Draft202012Validator, document: object) -> list[str]:
    """Return what is wrong with a document, each with its place."""
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in checker.iter_errors(document)
    ]


def _read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))
