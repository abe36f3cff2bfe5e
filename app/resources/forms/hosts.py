"""What a host types on its page, and what the staff write about hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    validators,
    widgets,
)
from wtforms import Field as AnyField

from app.resources.forms.contacts import email_field, phone_field, stripped
from app.resources.queries.host_criteria import HostFilter, HostOrder, Standing
from app.resources.vocabulary import AskBy
from app.web.forms import Form, choices_of

WORDS_MOST = 60
LONG_MOST = 2_000

_OFFERED = (HostOrder.CALL, HostOrder.NAME, HostOrder.CONFIRMED, HostOrder.OPENINGS)


class PauseForm(Form):
    """A rest with the day on which it ends by itself."""

    until = DateField(
        "この日から再開する",
        [validators.InputRequired()],
        description="この日になると、自動でもとに戻ります。前もって「再開する」を押すこともできます。",
    )


class HostFilterForm(Form):
    """What a coordinator looks for in the list. `trades` are those in use."""

    q = SearchField("名前", [validators.Length(max=WORDS_MOST)])
    standing = SelectField(
        "ようす", choices={"": "受け入れている先すべて"} | choices_of(Standing), default=""
    )
    trade = SelectField("業種", default="", validate_choice=False)
    sort = SelectField("並び順", default=HostOrder.CALL.value)

    def __init__(self, typed: Any, *, trades: Iterable[str]) -> None:
        super().__init__(typed, meta={"csrf": False})
        self.trade.choices = {"": "すべて"} | {trade: trade for trade in trades}
        # All turned orders in one list would be a riddle: the rare ones are reached by the heads of the table.
        shown = {*_OFFERED, self.sort.data}
        self.sort.choices = choices_of(order for order in HostOrder if order in shown)

    @property
    def wanted(self) -> HostFilter:
        """The answers as a filter."""
        return HostFilter(
            words=(self.q.data or "").strip(),
            standing=Standing(self.standing.data) if self.standing.data else None,
            trade=self.trade.data or None,
            order=HostOrder(self.sort.data),
        )


class HostForm(Form):
    """A host as the staff keep it. `keepers` are the accounts that may look after one, as (id, name)."""

    name = StringField("名前", [validators.InputRequired(), validators.Length(max=160)], filters=[stripped])
    trade = StringField(
        "業種",
        [validators.Length(max=60)],
        filters=[stripped],
        description="例：農家、店、工場、NPO。使われているものが候補に出ます。",
    )
    phone = phone_field("数字とハイフンで入力してください。例：0590-00-1234")
    email = email_field()
    postal_address = StringField("住所（手紙の送り先）", [validators.Length(max=300)], filters=[stripped])
    ask_by = SelectField(
        "確かめ方",
        choices={"": "まだ聞いていない"} | choices_of(AskBy),
        default="",
        description="枠が今のままでよいかを、何で聞いてほしいかです。",
    )
    introduction = TextAreaField(
        "紹介",
        [validators.Length(max=LONG_MOST)],
        filters=[stripped],
        description="どんなところか、2、3行で。利用する人にも見せます。",
    )
    recognition = StringField(
        "就労訓練の認定番号",
        [validators.Length(max=40)],
        filters=[stripped],
        description="認定就労訓練事業所のときだけ。就労訓練の枠を作るのに要ります。",
    )
    keeper_id = SelectField("担当", default="", description="この受け入れ先とふだん連絡をとる人です。")
    staff_note = TextAreaField(
        "職員のメモ",
        [validators.Length(max=LONG_MOST)],
        filters=[stripped],
        description="受け入れ先には見えません。利用する人の名前や事情は書きません。",
    )
    is_active = BooleanField("受け入れを続けている", default=True)
    seen_version = IntegerField(widget=widgets.HiddenInput())

    def __init__(self, *args: Any, keepers: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keeper_id.choices = {"": "決まっていない"} | {str(key): name for key, name in keepers.items()}

    def validate_name(self, field: AnyField) -> None:
        """A name is more than blanks."""
        if not field.data:
            raise ValidationError("入力してください。")

    @property
    def facts(self) -> dict[str, Any]:
        """The answers as columns; what was left empty is not known."""
        texts = ("trade", "phone", "email", "postal_address", "introduction", "recognition", "staff_note")
        return {
            "name": self.name.data,
            **{name: self[name].data or None for name in texts},
            "ask_by": AskBy(self.ask_by.data) if self.ask_by.data else None,
            "keeper_id": int(self.keeper_id.data) if self.keeper_id.data else None,
            "is_active": bool(self.is_active.data),
        }
