"""Which of two entries each differing part is taken of."""

from __future__ import annotations

from wtforms import HiddenField, RadioField

from app.resources.engine.merge_parts import PARTS, Side
from app.web.forms import Form

_PREFIX = "take_"


class MergeForm(Form):
    """One radio for each part, added below; a part that was not asked about stays as it is proposed."""

    first_version = HiddenField()
    second_version = HiddenField()

    @property
    def chosen(self) -> dict[str, Side]:
        """The side of each part that was chosen."""
        typed = {part.code: self[_PREFIX + part.code].data for part in PARTS}
        return {code: Side(side) for code, side in typed.items() if side in set(Side)}

    @property
    def versions(self) -> tuple[int, int]:
        """What somebody had before them; 0, which no row has, where that is not said."""
        return _whole(self.first_version.data), _whole(self.second_version.data)


def _whole(typed: str | None) -> int:
    text = typed or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


for _part in PARTS:
    setattr(
        MergeForm,
        _PREFIX + _part.code,
        RadioField(_part.label, choices={side.value: side.value for side in Side}, validate_choice=False),
    )
