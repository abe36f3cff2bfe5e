"""What people type about a person."""

from __future__ import annotations

from typing import Any

from wtforms import (
    DateField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    validators,
    widgets,
)
from wtforms.fields import RadioField

from app.people.vocabulary import (
    ConsentItem,
    ConsentWay,
    Identity,
    NeverMeetKind,
    OpeningReason,
    RecipientKind,
)
from app.web.forms import ChecksField, Form, choices_of

PURPOSES = ("参加支援の相談", "受け入れの相談", "支援プランの検討", "本人の安全の確保")
"""Set words: what somebody would type here often tells why a person has to be careful."""

_LARGEST_KEY = 2**31 - 1


def one_line(_form: Form, field: Field) -> None:
    """Refuse characters that cannot be seen."""
    if not (field.data or "").isprintable():
        raise ValidationError("見えない文字が入っています。打ち直してください。")


class AliasForm(Form):
    """The name that everybody may see."""

    alias = StringField(
        "呼び名",
        [validators.DataRequired(), validators.Length(max=40), one_line],
        description="一覧や、受け入れ先との話で使う名前です。氏名がわからないものにします。例：はなさん、月曜さん",
    )


class NameForm(AliasForm):
    """Who somebody is, without the place."""

    name = StringField(
        "氏名", [validators.Length(max=60), one_line], description="聞いていなければ、空けておけます。"
    )
    kana = StringField(
        "フリガナ",
        [validators.Length(max=80), one_line],
        description="同じ人をもう一度さがすときに使います。ひらがなでも、カタカナでもかまいません。",
    )
    birth_date = DateField("生年月日", [validators.Optional()])

    @property
    def identity(self) -> Identity:
        """The answers as an identity; what the form does not ask is empty."""
        texts = {
            name: (self[name].data or "").strip() if name in self else ""
            for name in ("name", "kana", "alias", "address", "phone", "note")
        }
        return Identity(**texts, birth_date=self.birth_date.data)


class IdentityForm(NameForm):
    """All that identifies somebody. Everything is sealed before it is kept."""

    address = StringField("住所", [validators.Length(max=200), one_line])
    phone = StringField("電話", [validators.Length(max=40), one_line])
    note = TextAreaField(
        "連絡のしかた",
        [validators.Length(max=1000)],
        description="例：電話は午後。手紙のほうがよい。留守電には名乗らない。",
    )


class KnownNameForm(NameForm):
    """A correction, where the place stays covered."""

    seen_version = IntegerField(widget=widgets.HiddenInput())


class KnownIdentityForm(IdentityForm):
    """A correction of all of it."""

    seen_version = IntegerField(widget=widgets.HiddenInput())


class OpeningForm(Form):
    """Why somebody protected is opened."""

    reason = RadioField(
        "ひらく理由",
        [validators.InputRequired()],
        choices=choices_of(OpeningReason),
    )

    @property
    def chosen(self) -> OpeningReason:
        """The reason in the words of the domain."""
        return OpeningReason(self.reason.data)


class ConsentForm(Form):
    """One consent."""

    items = ChecksField(
        "伝えてよいこと",
        [validators.InputRequired()],
        choices=choices_of(ConsentItem),
    )
    recipient_kind = RadioField(
        "伝える相手",
        [validators.InputRequired()],
        choices=choices_of(RecipientKind),
    )
    recipient_id = IntegerField(
        "受け入れ先・場の番号",
        [validators.Optional(), validators.NumberRange(min=1, max=_LARGEST_KEY)],
        description="相手が「受け入れ先・場」のときだけ。社会資源の画面にある番号です。場ごとに同意を受けます。",
    )
    purpose = SelectField(
        "何のために", [validators.InputRequired()], choices={words: words for words in PURPOSES}
    )
    way = RadioField(
        "どう受けたか",
        [validators.InputRequired()],
        choices=choices_of(ConsentWay),
    )
    since = DateField("いつから", [validators.InputRequired()])
    until = DateField("いつまで", [validators.Optional()], description="決めていなければ、空けておけます。")

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers in the words of the domain."""
        return {
            "items": {ConsentItem(value) for value in self.items.data or ()},
            "recipient_kind": RecipientKind(self.recipient_kind.data),
            "recipient_id": self.recipient_id.data,
            "purpose": self.purpose.data,
            "way": ConsentWay(self.way.data),
            "since": self.since.data,
            "until": self.until.data,
        }


class NeverMeetForm(Form):
    """Whom or what a person must never meet."""

    kind = RadioField(
        "だれ・何と会わないようにしますか",
        [validators.InputRequired()],
        choices=choices_of(NeverMeetKind),
    )
    account_id = SelectField(
        "職員",
        [validators.Optional()],
        description="選ばれた人は、この世帯のケースを、次の操作からいっさい開けなくなります。チームの人でも同じです。",
    )
    resource_id = IntegerField(
        "受け入れ先・場の番号",
        [validators.Optional(), validators.NumberRange(min=1, max=_LARGEST_KEY)],
        description="社会資源の画面にある番号です。候補に出なくなります。",
    )
    other_number = StringField(
        "別の人の台帳番号",
        [validators.Optional(), validators.Length(max=20), one_line],
        description="例：T-0041。相手のチームの画面には出ません。",
    )
    name = StringField(
        "呼び方",
        [validators.Length(max=60), one_line],
        description="チームの人がわかるように。例：元の夫、父の同僚",
    )
    why = TextAreaField("わけ", [validators.Length(max=500)], description="書かなくてもかまいません。")

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers in the words of the domain."""
        return {
            "kind": NeverMeetKind(self.kind.data),
            "account_id": int(self.account_id.data) if self.account_id.data else None,
            "resource_id": self.resource_id.data,
            "other_number": (self.other_number.data or "").strip().upper() or None,
            "name": (self.name.data or "").strip(),
            "why": (self.why.data or "").strip(),
        }
