"""What residents are asked – as little as does – and what those who read it write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from app.development.queries.residents import HelperFilter, OfferFilter
from app.development.vocabulary.residents import (
    WINDOW_ROLES,
    WINDOW_TOPICS,
    Contact,
    NoticeContent,
    NoticeTopic,
    OfferContent,
    OfferKind,
    OfferState,
    Window,
)
from app.resources.vocabulary import WEEKDAYS
from app.web.forms import ChecksField, Form, choices_of

LONGEST_WORDS: Final = 1_000
OUTSIDE: Final = "outside"
_MAIL: Final = r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$"
_PHONE: Final = r"^[0-9０-９+＋()（）\-－ー ]*$"


def _whole(value: str | int | None) -> int | None:
    return int(value) if value not in (None, "") else None


class _Public(Form):
    """A form that anybody can send."""

    # Machines fill in every field. Whoever reads the page leaves it empty, and is told when a browser filled it in.
    leave_blank = StringField("ここには何も書かないでください")

    def validate_leave_blank(self, field: Field) -> None:
        """Only empty is right."""
        if field.data:
            raise ValidationError("この欄を空にして、もう一度送ってください。")


class OfferForm(_Public):
    """「場所・仕事・手を出せます」."""

    what = RadioField(
        "出せるもの",
        [InputRequired()],
        choices={kind.value: f"{kind.label}（{kind.example}）" for kind in OfferKind},
        coerce=OfferKind,
    )
    words = TextAreaField(
        "どんなことができますか",
        [InputRequired(), Length(max=LONGEST_WORDS)],
        description="思いつくままで大丈夫です。例：土曜の午前、庭の手入れを一緒にできます。",
    )
    district_id = SelectField("場所（圏域）", coerce=_whole, default=None)
    weekdays = ChecksField(
        "できそうな曜日", choices={str(day): name for day, name in enumerate(WEEKDAYS)}, coerce=int
    )
    when = StringField(
        "いつごろ", [Length(max=200)], description="例：月に1回、夏のあいだだけ、相談して決めたい"
    )
    organisation = StringField("会社・団体の名前（あれば）", [Length(max=160)])
    name = StringField("お名前", [InputRequired(), Length(max=60)])
    phone = StringField(
        "電話番号",
        [Length(max=30), Regexp(_PHONE, message="電話番号は、数字とハイフンで入力してください。")],
        description="電話かメールのどちらかを入れてください。",
    )
    mail = StringField(
        "メールアドレス",
        [Length(max=120), Regexp(_MAIL, message="メールアドレスの書き方を確かめてください。")],
    )
    introduced_by = StringField("どこで知りましたか・紹介した人", [Length(max=100)])
    consent = BooleanField(
        "担当（市・社会福祉協議会）から、この申し出について連絡を受けることに同意します", [InputRequired()]
    )

    def validate_phone(self, field: Field) -> None:
        """One of the two ways is needed."""
        if not (field.data or "").strip() and not (self.mail.data or "").strip():
            raise ValidationError("電話番号かメールアドレスの、どちらかを入力してください。")

    def offer_districts(self, districts: Mapping[str, int]) -> None:
        """Give the districts of the town."""
        self.district_id.choices = {"": "わからない・どこでも"} | {
            str(key): name for name, key in districts.items()
        }

    def content(self) -> OfferContent:
        """Return what was said."""
        return OfferContent(
            words=_said(self.words),
            contact=Contact(_said(self.name), _said(self.phone), _said(self.mail)),
            organisation=_said(self.organisation),
            when=_said(self.when),
            weekdays=sum(1 << day for day in set(self.weekdays.data or ())),
            introduced_by=_said(self.introduced_by),
        )


class NoticeForm(_Public):
    """「気になることがあります」. Nobody is asked for a name, neither their own nor another's."""

    topic = RadioField(
        "どんなことに近いですか",
        [InputRequired()],
        choices=choices_of(NoticeTopic),
        coerce=NoticeTopic,
        description="近いものを1つ選びます。迷ったら「その他・わからない」を選んでください。",
    )
    words = TextAreaField(
        "気になること",
        [InputRequired(), Length(max=LONGEST_WORDS)],
        description="見たこと・聞いたことを、そのまま短く。名前は書かなくてかまいません。",
    )
    where = StringField("どのあたり", [Length(max=100)], description="町の名前や目じるしまでで十分です。")
    name = StringField("あなたのお名前（書かなくてもかまいません）", [Length(max=60)])
    phone = StringField(
        "返事がほしいときの電話番号",
        [Length(max=30), Regexp(_PHONE, message="電話番号は、数字とハイフンで入力してください。")],
    )
    resource_id = IntegerField("場所の番号", [Optional()], widget=HiddenInput())

    def content(self) -> NoticeContent:
        """Return what was said."""
        return NoticeContent(
            words=_said(self.words),
            where=_said(self.where),
            contact=Contact(_said(self.name), _said(self.phone)),
        )


class CloseForm(Form):
    """What was done about a notice."""

    words = TextAreaField("したこと", [InputRequired(), Length(max=LONGEST_WORDS)])


class ForwardForm(Form):
    """To whom a notice is handed on. `windows` are the town's, by a key."""

    to = SelectField("どこへ", [InputRequired()])
    words = TextAreaField("伝えること", [Length(max=LONGEST_WORDS)])

    def __init__(self, windows: Mapping[NoticeTopic, Window] | None, **options: Any) -> None:
        super().__init__(**options)
        self._windows = dict(windows or {})
        self.to.choices = {
            **{
                topic.value: f"{window.label}（{window.role.label}）"
                for topic, window in self._windows.items()
            },
            OUTSIDE: "つなぎの外の所（電話などで伝えた）",
        }

    @property
    def window(self) -> Window | None:
        """The window that was chosen, None for one outside."""
        return None if self.to.data == OUTSIDE else self._windows[NoticeTopic(self.to.data)]


class WindowForm(Form):
    """Where one topic goes."""

    topic = SelectField("テーマ", choices=choices_of(WINDOW_TOPICS), coerce=NoticeTopic)
    role = SelectField("読む人（役割）", choices=choices_of(WINDOW_ROLES))
    organisation = StringField(
        "窓口の名前",
        [InputRequired(), Length(max=100)],
        description="送った人にも見えます。相談窓口のときは、アカウントの「所属」にこの名前が入っている人だけが読みます。",
    )


class EndForm(Form):
    """Until when somebody helps."""

    until = DateField("いつまで", [InputRequired()])

    @classmethod
    def today(cls, day: date) -> EndForm:
        """Return the form as it is opened: today."""
        return cls(formdata=None, data={"until": day})


class OfferFilterForm(Form):
    """Which offers a list shows."""

    state = SelectField(
        "ようす", choices={"": "これからのもの", "all": "すべて"} | choices_of(OfferState), default=""
    )

    def __init__(self, typed: Any) -> None:
        super().__init__(typed, meta={"csrf": False})

    @property
    def wanted(self) -> OfferFilter:
        """The filter of a valid form."""
        if self.state.data in ("", "all"):
            return OfferFilter(with_closed=self.state.data == "all")
        return OfferFilter(OfferState(self.state.data))


class HelperFilterForm(Form):
    """Which helpers a list shows."""

    what = SelectField("出せるもの", choices={"": "すべて"} | choices_of(OfferKind), default="")
    district = SelectField("圏域", coerce=_whole, default=None)
    ended = BooleanField("終わった人も出す", false_values=("", "0"))

    def __init__(self, typed: Any, *, districts: Mapping[str, int]) -> None:
        super().__init__(typed, meta={"csrf": False})
        self.district.choices = {"": "すべて"} | {str(key): name for name, key in districts.items()}

    @property
    def wanted(self) -> HelperFilter:
        """The filter of a valid form."""
        what = OfferKind(self.what.data) if self.what.data else None
        return HelperFilter(what, self.district.data, bool(self.ended.data))


def _said(field: Field) -> str:
    return (field.data or "").strip()
