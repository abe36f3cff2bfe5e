"""The fields of an entry of the catalogue, section by section. A field is called like the column that it fills."""

from __future__ import annotations

from typing import Any, Final

from wtforms import (
    BooleanField,
    DateField,
    Field,
    FloatField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    validators,
)

from app.geo.corporate_number import parse_corporate_number
from app.geo.geocoding import PositionPrecision
from app.geo.points import problem_of
from app.resources.engine.schedule.timetable import HolidayRule
from app.resources.engine.trait_fields import FIELDS, TraitField, parts_of
from app.resources.vocabulary import Disclosure, ResourceState
from app.text.normalise import normalise_text
from app.web.forms import ChecksField, Form, choices_of

UNKNOWN: Final = "不明（聞いていない）"
YES_NO: Final = {"": UNKNOWN, "yes": "はい", "no": "いいえ"}
ANSWERS: Final = {"": None, "yes": True, "no": False}
_BOTH: Final = "緯度と経度は、両方を入れるか、両方を空けてください。"
_OLDEST, _LARGEST, _PROSE_MOST, _NUMBER_MOST = 130, 100_000, 20_000, 40


def tidy_lines(text: str | None) -> str:
    """Return a text with the line ends that the catalogue keeps, without blanks around it."""
    return "\n".join((text or "").splitlines()).strip()


def text(label: str, most: int, hint: str = "", *, required: bool = False) -> StringField:
    """A text of one line."""
    needed = [validators.InputRequired()] if required else []
    return StringField(
        label,
        [*needed, validators.Length(max=most)],
        filters=[lambda typed: typed.strip() if typed else typed],
        description=hint,
    )


def prose(label: str, hint: str = "") -> TextAreaField:
    """A text of several lines."""
    return TextAreaField(label, [validators.Length(max=_PROSE_MOST)], description=hint)


def number(label: str, hint: str = "", *, most: int = _LARGEST) -> IntegerField:
    """A whole number, empty when it is not known."""
    return IntegerField(
        label, [validators.Optional(), validators.NumberRange(min=0, max=most)], description=hint
    )


def day(label: str, hint: str = "") -> DateField:
    """A day."""
    return DateField(label, [validators.Optional()], description=hint)


class BasicSection(Form):
    """What it is called and what happens there."""

    kind = SelectField("種別")
    name = text("なまえ", 160, required=True)
    kana = text("よみがな", 200)
    nickname = text("呼び名", 100, "みんなが呼んでいる名前があれば。")
    description = prose("ここでしていること", "2、3行で。はじめての人にもわかる言葉で書きます。")
    operator = text("運営", 160, "団体や会社の名前です。")
    corporate_number = text("法人番号", 20, "13けた。わかるときだけ。")
    url = text("ホームページ", 500, "「https://」から始まる住所です。")
    is_light = SelectField(
        "カードの形",
        choices={"no": "くわしいカード", "yes": "軽いカード（住民の集まり）"},
        default="no",
        description="軽いカードは、5つのことだけを見せます。年齢などで候補から外れることはありません。",
    )
    state = SelectField(
        "状態",
        choices=choices_of([ResourceState.ACTIVE, ResourceState.PAUSED]),
        default=ResourceState.ACTIVE.value,
    )
    remarks = prose("備考", "カードに載る補足です。")

    def validate_corporate_number(self, field: Field) -> None:
        """A number has to be one."""
        if not field.data:
            return
        try:
            field.data = parse_corporate_number(field.data).digits
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def validate_url(self, field: Field) -> None:
        """Anything else that a browser follows must never become a link."""
        if field.data and not field.data.lower().startswith(("http://", "https://")):
            raise ValidationError("「https://」か「http://」で始まる住所を入れてください。")


class PlaceSection(Form):
    """Where it is, and how one gets there."""

    address = text("住所", 200, "例：瀬凪市瀬凪駅前一丁目4-11。建物の名前は別の欄に。")
    building = text("建物・部屋", 160, "例：駅前公民館 和室")
    town_id = SelectField(
        "町", default="", description="えらばなければ、住所か地図の印から決めます。", validate_choice=True
    )
    lat = FloatField("緯度", [validators.Optional()], description="例：33.592410")
    lon = FloatField("経度", [validators.Optional()], description="例：136.956073")
    point_precision = SelectField(
        "印の正確さ",
        choices=choices_of(PositionPrecision),
        default=PositionPrecision.UNKNOWN.value,
        description="「町丁目」は、町のまん中の印です。カードに「約」と出します。",
    )
    point_source = text("印の出典", 100, "例：現地で測位、地図で確認")
    nearest_stop = text("近くの停留所", 100, "例：駅前（まちなか循環） 徒歩3分")
    pickup = SelectField(
        "送迎", choices={"": UNKNOWN, "有": "あり", "要相談": "相談して決める", "無": "なし"}, default=""
    )

    def validate_lat(self, field: Field) -> None:
        """A point has both numbers."""
        if field.data is not None and self.lon.data is None:
            raise ValidationError(_BOTH)

    def validate_lon(self, field: Field) -> None:
        """A point has both numbers, and lies in Japan."""
        if field.data is None:
            return
        if self.lat.data is None:
            raise ValidationError(_BOTH)
        if problem := problem_of(field.data, self.lat.data):
            raise ValidationError(problem)


class ServedSection(Form):
    """From where people may come, in words beside the areas."""

    served_area = text("来られる地域の補足", 200, "例：ほかの地域の人は相談して決めます。")


class TimeSection(Form):
    """When it takes place, beside the rows of the timetable."""

    holidays = SelectField("祝日", choices={"": UNKNOWN} | choices_of(HolidayRule), default="")
    schedule_note = prose("予定の補足", "曜日では言い表せないこと。例：2か月に1回、回覧板で知らせます。")
    says_more = BooleanField("開く日は、この補足も読まないとわからない")


class PeopleSection(Form):
    """Who may come."""

    age_from = number("年齢の下", "歳。決まりがなければ空けます。", most=_OLDEST)
    age_to = number("年齢の上", "歳", most=_OLDEST)
    audience = text("どんな人のための場か", 300, "例：子育て中の人。決まりがなければ空けます。")
    capacity = number("定員", "人")
    capacity_note = text("定員の補足", 300)
    original_users = number("本来の利用者", "人。この制度で使う人の席が先です。")
    gap_welcome = SelectField(
        "狭間の人も可", choices=YES_NO, default="", description="制度の対象でない人も来られるか、です。"
    )
    gap_seats = number("狭間枠", "人。本来の利用者と合わせて、定員までです。")
    gap_basis = text("狭間枠の根拠", 200, "例：定員に空きがある範囲での受け入れ（運営者と合意）")
    legal_basis = text("根拠の事業", 80, "例：地域介護予防活動支援事業")

    def validate_age_to(self, field: Field) -> None:
        """The ages have an order."""
        if field.data is not None and self.age_from.data is not None and field.data < self.age_from.data:
            raise ValidationError("「年齢の上」は、「年齢の下」より小さくできません。")

    def validate_gap_seats(self, field: Field) -> None:
        """The seats of its own users come first."""
        capacity, own = self.capacity.data, self.original_users.data
        if field.data is not None and capacity is not None and field.data + (own or 0) > capacity:
            raise ValidationError(
                f"定員{capacity}人のうち、本来の利用者が{own or 0}人です。狭間枠は{max(capacity - (own or 0), 0)}人までにしてください。"
            )


class CostSection(Form):
    """What it costs, and how one comes to it."""

    fee = text("費用", 200, "例：無料、1回200円（お茶代）")
    application = text("申込み", 200, "例：不要、電話で、コーディネーターから")


class ContactSection(Form):
    """Whom to ask, and who may see the entry."""

    contact = text(
        "連絡先", 200, "団体の電話や窓口の名前です。公開するときは、個人の名前や携帯の番号を入れません。"
    )
    contact_is_public = BooleanField("連絡先を公開する")
    disclosure = RadioField(
        "公開区分",
        choices={
            Disclosure.PUBLIC.value: "公開（だれでも見られる）",
            Disclosure.PARTNERS.value: "関係者（ログインした人だけ）",
            Disclosure.CLOSED.value: "非公開（載せる前、確かめている間）",
        },
        default=Disclosure.PARTNERS.value,
    )
    is_sure = BooleanField("子どもや女性を守る施設です。公開してよいことを、運営者に確かめました")
    listing_agreed_on = day("掲載に同意をもらった日", "住民の集まりや団体に、載せてよいかを聞いた日です。")
    listing_agreed_by = text("同意を聞いた人", 60)


class CheckSection(Form):
    """Where it is known from, and whether that was just now."""

    source = text("出典", 200, "例：現地で聞き取り、運営者からの知らせ")
    is_confirmed = BooleanField("いま確かめた内容です")
    check_interval_days = number("確認の間隔（日）", "空けると、種別の決まりに合わせます。", most=3_650)
    check_note = prose("メモ（職員だけが見ます）", "要確認のこと。本人の名前や事情は書きません。")


class TraitSection(Form):
    """Items beside the columns; the fields are put in below."""


def trait_field(asked: TraitField) -> Field:
    """Make the field of an item."""
    if asked.several:
        return ChecksField(asked.label, choices=dict(asked.answers), description=asked.hint)
    if asked.answers:
        return SelectField(
            asked.label, choices={"": UNKNOWN} | dict(asked.answers), default="", description=asked.hint
        )
    if asked.unit:
        hint = f"{asked.unit}。{asked.hint}" if asked.hint else asked.unit
        return StringField(
            asked.label,
            [validators.Length(max=_NUMBER_MOST), _whole_number],
            filters=[lambda typed: normalise_text(typed) if typed else typed],
            description=hint,
            render_kw={"inputmode": "numeric"},
        )
    return text(asked.label, 200, asked.hint)


def _whole_number(_form: Form, field: Field) -> None:
    # What a file wrote its own way (「10〜15」) stays until somebody writes a number.
    if field.data and not field.data.isdecimal() and field.data != field.object_data:
        raise ValidationError("数字で入力してください。")


def shown_trait(asked: TraitField, value: str | None) -> Any:
    """Return a kept answer as its field shows it."""
    return parts_of(value) if asked.several else value or ""


def offer_kept(field: Field, value: Any) -> None:
    """Offer an answer that a file wrote its own way, so that it is not lost by looking at it."""
    if not isinstance(field, SelectField):
        return
    choices: Any = field.choices
    for kept in value if isinstance(value, list) else [value]:
        if kept and kept not in choices:
            choices = {**choices, kept: kept}
    field.choices = choices


for _asked in FIELDS:
    setattr(TraitSection, _asked.name, trait_field(_asked))
