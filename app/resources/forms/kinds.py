"""What somebody writes of a kind, and into which other kind it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, validators
from wtforms.validators import ValidationError

from app.resources.engine.bulk_steps import INTERVALS
from app.resources.service.kinds import KindValues
from app.resources.vocabulary import KindGroup
from app.text.normalise import normalise_text
from app.web.forms import Form

GROUP_MEANINGS: Final = {
    KindGroup.TAKING_PART: "本人が参加する場です。候補さがしに出ます。",
    KindGroup.WORK: "候補さがしに出ます。つなぐ前に、保険があるかを確かめます。",
    KindGroup.HOUSING: "候補さがしに出ます。費用は、月の家賃として扱います。",
    KindGroup.SHELTER: "今夜の泊まり場所です。候補さがしに出ます。空きの数は、新しいうちだけ使います。",
    KindGroup.REFUGE: "DVなどから逃れた人の場所です。権限を持つ人にしか見えません。地図にも件数にも出ません。",
    KindGroup.SUPPORT: "参加を支えるものです。「参加の形」を書いた場所だけ、候補さがしに出ます。",
    KindGroup.FACILITY: "建物や設備です。「参加の形」を書いた場所だけ、候補さがしに出ます。",
}
"""What the product does differently for each group, in one or two sentences."""

_LABEL_MOST: Final = 60


def interval_choices(none: str) -> dict[str, str]:
    """Offer the intervals, and under the empty key what `none` says."""
    names = {
        30: "30日ごと（1か月）",
        60: "60日ごと（2か月）",
        90: "90日ごと（3か月）",
        180: "180日ごと（半年）",
        365: "365日ごと（1年）",
    }
    return {"": none} | {str(days): names[days] for days in INTERVALS}


class KindForm(Form):
    """A kind. `groups` are those that this person may choose; an interval that no preset has stays among the choices."""

    label = StringField(
        "名前",
        [
            validators.InputRequired(),
            validators.Length(max=_LABEL_MOST),
        ],
        description="一覧や地図に出る名前です。例：通いの場、子ども食堂",
    )
    group = RadioField(
        "分類", [validators.InputRequired()], description="このしくみの動きが変わるのは、この分類だけです。"
    )
    check_interval_days = SelectField(
        "確認の間隔",
        description="前に確認した日から数えます。住民の集まり（軽いカード）は、数えません。",
    )
    is_reviewed = BooleanField("この種別を見て、確かめました", false_values=("", "0"))
    is_retired = BooleanField(
        "新しく選べないようにする（いまある登録はそのまま残ります）", false_values=("", "0")
    )
    version = HiddenField()

    def __init__(
        self, *args: Any, groups: Iterable[KindGroup], former_days: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.group.choices = {group.value: f"{group.label}　{GROUP_MEANINGS[group]}" for group in groups}
        choices = interval_choices("なし（確認をお願いしません）")
        if former_days is not None and former_days not in INTERVALS:
            choices[str(former_days)] = f"{former_days}日ごと"
        self.check_interval_days.choices = choices

    def validate_label(self, field: Field) -> None:
        """A name has to say something."""
        if not normalise_text(field.data or ""):
            raise ValidationError("名前を入力してください。")

    @property
    def values(self) -> KindValues:
        """The answers of a valid form."""
        days = self.check_interval_days.data
        return KindValues(
            label=normalise_text(self.label.data or ""),
            group=KindGroup(self.group.data),
            check_interval_days=int(days) if days else None,
            is_reviewed=bool(self.is_reviewed.data),
            is_retired=bool(self.is_retired.data),
        )

    @property
    def seen_version(self) -> int:
        """The version that somebody had before them; 0, which no row has, where that is not said."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _whole(typed: str | int | None) -> int | None:
    return int(typed) if typed not in (None, "") else None


class MergeForm(Form):
    """Into which kind. `kinds` are (id, label)."""

    into = SelectField("まとめる先", coerce=_whole, validators=[validators.InputRequired()])

    def __init__(self, *args: Any, kinds: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.into.choices = {"": "選んでください"} | {str(key): label for key, label in kinds}
