"""What an import changes in a resource, in the words of the history, for the page that asks whether it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.resources.engine.field_words import RESOURCE_LABELS, Names, line_of
from app.resources.models import Resource
from app.resources.models.rows import as_plain
from app.resources.vocabulary import ChangeSubject

Changes = tuple[tuple[str, str, str], ...]
"""What is called how, what stood there, what would."""

DISCLOSURE: Final = RESOURCE_LABELS["disclosure"]

_CHANGES_MOST: Final = 12
_WORDS_MOST: Final = 80


def changes_of(
    resource: Resource, wanted: Mapping[str, Any], *, kind: str, kinds: Mapping[int, str]
) -> Changes:
    """Return what differs, the 公開区分 first. `kind` is what the file calls the kind, which may not be there yet.

    A long list is cut, and so is a long text: it is there to be looked over, and the history keeps all of it.
    """
    names = Names(kinds=kinds)
    found: list[tuple[str, str, str]] = []
    for name in sorted(wanted, key=lambda name: name != "disclosure"):
        before, after = as_plain(resource, name), as_plain(resource, name, wanted[name])
        if before == after:
            continue
        line = line_of(ChangeSubject.RESOURCE, name, before, after, names, is_secret=resource.is_refuge)
        said = kind if name == "kind_id" else line.after
        found.append((line.label, _cut(line.before), _cut(said)))
    left = len(found) - _CHANGES_MOST
    if left > 0:
        return (*found[:_CHANGES_MOST], ("ほか", "", f"{left}項目"))
    return tuple(found)


def _cut(text: str) -> str:
    return text if len(text) <= _WORDS_MOST else f"{text[: _WORDS_MOST - 1]}…"
