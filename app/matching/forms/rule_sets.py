"""What is asked about the rules of the town."""

from __future__ import annotations

from typing import Any, Final

from wtforms import (
    HiddenField,
    IntegerField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from app.matching.engine.rule_set import FIXED_BOUND, NUMBERS, PACE_BOUND, POINT, TownRules
from app.matching.engine.rules.catalogue import RULES
from app.matching.vocabulary import (
    PartId,
    TravelMode,
)
from app.web.forms import ChecksField, Form

_LONGEST_NOTE: Final = 2_000


class RuleSetForm(Form):
    """What the town decides about the matcher. `previewed` is the digest of what was looked at before it is kept."""

    left_out = ChecksField("使わない条件", choices={rule.id.value: rule.name for rule in RULES})
    note = TextAreaField("なぜ変えるのか", [InputRequired(), Length(max=_LONGEST_NOTE)])
    seen_version = HiddenField()
    previewed = HiddenField()

    @property
    def version(self) -> int:
        """The version that somebody had before them; one that never counts where that is not said."""
        typed = self.seen_version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1

    @property
    def document(self) -> dict[str, Any]:
        """The answers of a valid form, as `TownRules.from_document` takes them."""
        return {
            "weights": {part.value: self[f"weight_{part.value}"].data * POINT for part in PartId},
            "paces": {
                mode.value: [self[f"{name}_{mode.value}"].data for name in ("pace", "fixed")]
                for mode in TravelMode
            },
            "left_out": self.left_out.data or [],
            **{name: self[name].data for name in NUMBERS},
        }


for _name, _label in (
    *((f"weight_{part.value}", part.label) for part in PartId),
    *((f"pace_{mode.value}", f"{mode.label}：{PACE_BOUND.label}（m）") for mode in TravelMode),
    *((f"fixed_{mode.value}", f"{mode.label}：{FIXED_BOUND.label}（分）") for mode in TravelMode),
    *((name, f"{bound.label}（{bound.unit}）") for name, bound in NUMBERS.items()),
):
    setattr(RuleSetForm, _name, IntegerField(_label, [InputRequired()]))


def rule_set_data(rules: TownRules) -> dict[str, Any]:
    """What the form shows of a rule set."""
    return {
        "left_out": [rule.value for rule in rules.left_out],
        **{f"weight_{part.value}": points // POINT for part, points in rules.weights.points.items()},
        **{f"pace_{mode.value}": pace.metres for mode, pace in rules.paces.items()},
        **{f"fixed_{mode.value}": pace.fixed_minutes for mode, pace in rules.paces.items()},
        **{name: getattr(rules, name) for name in NUMBERS},
    }
