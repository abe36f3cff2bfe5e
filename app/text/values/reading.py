"""What a cell says: a value, nothing, or a reason why it could not be read."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from app.text.normalise import normalise_text
from app.text.variants import DASHES

T_co = TypeVar("T_co", covariant=True)

_SAYS_NOTHING: Final = frozenset(
    {"不明", "未定", "不詳", "未記入", "未確認", "記載なし", "n/a", "null", "none", "?"}
)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """The outcome of reading one cell; exactly one of three.

    *Understood*: `value` is there, `note` holds the words left over. *Blank*: neither value nor reason.
    *Not understood*: `reason` is a Japanese sentence that says what was expected and shows what was found.
    """

    value: T_co | None = None
    reason: str = ""
    note: str = ""

    @property
    def is_understood(self) -> bool:
        """True when there is a value."""
        return self.value is not None

    @property
    def is_blank(self) -> bool:
        """True when the cell says nothing: 不明, which is neither a value nor an error."""
        return self.value is None and not self.reason


def says_nothing(cell: str) -> bool:
    """True for an empty cell, one of dashes only, and the words by which towns say that they do not know."""
    text = normalise_text(cell).lower()
    return all(character in DASHES for character in text.replace(" ", "")) or text in _SAYS_NOTHING


def shown(text: str) -> str:
    """The beginning of a cell for use in a reason: a whole page in one cell must not fill the screen."""
    return text if len(text) <= 40 else f"{text[:40]}…"
