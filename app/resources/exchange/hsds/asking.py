"""The parameters of the open catalogue. What is unknown or wrong is told, never left out of account in silence."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.clock import TOKYO

PER_PAGE: Final = 50
PER_PAGE_MOST: Final = 500
MINIMAL_MOST: Final = 10_000
PAGE_MOST: Final = 1_000_000
WORDS_MOST: Final = 200

PAGED: Final = frozenset({"search", "page", "per_page", "format"})
OF_SERVICES: Final = PAGED | {
    "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full",
}  # fmt: skip
OF_PLACES: Final = OF_SERVICES - {"minimal"}
OF_ORGANIZATIONS: Final = PAGED | {"full", "full_service"}
OF_ONE_ORGANIZATION: Final = frozenset({"full_service"})
OF_TAXONOMIES: Final = PAGED
OF_TERMS: Final = PAGED | {"taxonomy_id", "top_only", "parent_id"}

_NOT_KEPT: Final = "郵便番号を持っていないため、この条件では探せません。searchに町の名前を書いてください。"
_UNUSED: Final = {"postcode": _NOT_KEPT, "proximity": _NOT_KEPT}
_FIRST_YEAR: Final = 1900
# A plus sign in an address is a space to whoever reads it.
_LOST_PLUS: Final = re.compile(r"(T\d{2}:\d{2}\S*) (\d{2}:?\d{2})$")


@dataclass(frozen=True)
class Problem:
    """A parameter that cannot be used, and what to do."""

    parameter: str
    message: str


class AskedWrongly(ValueError):
    """The parameters cannot be used; all problems are told at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.parameter}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of a list. `page` counts from 1; identifiers are UUIDs in their usual form."""

    words: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    taxonomy_term_id: str | None = None
    taxonomy_id: str | None = None
    organization_id: str | None = None
    parent_id: str | None = None
    modified_after: datetime | None = None
    minimal: bool = False
    full: bool = False
    full_service: bool = False
    top_only: bool = False

    @property
    def first(self) -> int:
        """How many come before this page."""
        return (self.page - 1) * self.per_page


def read_asked(parameters: Mapping[str, Sequence[str]], allowed: Collection[str]) -> Asked:
    """Read the parameters of an address; raise `AskedWrongly` for what is not allowed or not understood."""
    reader = _Reader(parameters)
    for name in parameters:
        if name not in allowed:
            reader.complain(
                name, _UNUSED.get(name, f"この条件はありません。使えるのは {_list(allowed)} です。")
            )
    reader.check_format()
    minimal = reader.flag("minimal")
    most = MINIMAL_MOST if minimal else PER_PAGE_MOST
    asked = Asked(
        words=reader.words("search"),
        page=reader.number("page", 1, PAGE_MOST),
        per_page=reader.number("per_page", MINIMAL_MOST if minimal else PER_PAGE, most),
        modified_after=reader.moment("modified_after"),
        minimal=minimal,
        taxonomy_term_id=reader.uuid("taxonomy_term_id"),
        taxonomy_id=reader.uuid("taxonomy_id"),
        organization_id=reader.uuid("organization_id"),
        parent_id=reader.uuid("parent_id"),
        full=reader.flag("full"),
        full_service=reader.flag("full_service"),
        top_only=reader.flag("top_only"),
    )
    if asked.minimal and asked.full:
        reader.complain("minimal", "fullと一緒には使えません。どちらか1つにしてください。")
    if reader.problems:
        raise AskedWrongly(reader.problems)
    return asked


def _list(names: Collection[str]) -> str:
    return "、".join(sorted(names)) or "ありません"


class _Reader:
    def __init__(self, parameters: Mapping[str, Sequence[str]]) -> None:
        self._parameters = parameters
        self.problems: list[Problem] = []

    def complain(self, name: str, message: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(name[:60], message))

    def text(self, name: str) -> str:
        """Return the value of a parameter, '' where it is not there."""
        values = self._parameters.get(name, ())
        if len(values) > 1:
            self.complain(name, "1つだけ書いてください。")
        return values[0].strip() if values else ""

    def words(self, name: str) -> str:
        """Return words to search for."""
        text = self.text(name)
        if len(text) > WORDS_MOST or "\x00" in text:
            self.complain(name, f"{WORDS_MOST}文字までの、ふつうの文字で書いてください。")
            return ""
        return text

    def number(self, name: str, usual: int, most: int) -> int:
        """Return a whole number from 1 to `most`."""
        text = self.text(name)
        if not text:
            return usual
        if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
            return int(text)
        self.complain(name, f"1から{most}までの整数で書いてください。")
        return usual

    def flag(self, name: str) -> bool:
        """Return true or false."""
        text = self.text(name).lower()
        if text not in ("", "true", "false"):
            self.complain(name, "trueかfalseで書いてください。")
        return text == "true"

    def uuid(self, name: str) -> str | None:
        """Return an identifier."""
        text = self.text(name)
        if not text:
            return None
        try:
            found = str(UUID(text))
        except ValueError:
            found = ""
        if found != text.lower():
            self.complain(name, "UUID（例：0b8f5c1e-6a2f-5d8e-9c1b-2f3a4b5c6d7e）で書いてください。")
            return None
        return found

    def moment(self, name: str) -> datetime | None:
        """Return a moment; one without a zone is in Japan, and a day is its beginning."""
        text = _LOST_PLUS.sub(r"\1+\2", self.text(name))
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            if found.year < _FIRST_YEAR:
                raise ValueError
            return found.replace(tzinfo=TOKYO) if found.tzinfo is None else found.astimezone(TOKYO)
        except (ValueError, OverflowError):
            self.complain(name, "日時を「2026-04-01T00:00:00+09:00」のように書いてください。")
            return None

    def check_format(self) -> None:
        """Complain of any format but JSON."""
        if self.text("format").lower() not in ("", "json"):
            self.complain("format", "返せるのはjsonだけです。jsonと書くか、この条件を消してください。")
