"""The filter bar: a real GET form, so that every answer has an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    FloatField,
    HiddenField,
    IntegerField,
    SearchField,
    SelectField,
    ValidationError,
    validators,
)

from app.geo.points import Point, problem_of
from app.resources.engine.wishes import LANGUAGE_LABELS, PUBLICS, Section, wishes_in
from app.resources.queries.criteria import CardForm, Filter, Order, Origin
from app.resources.vocabulary import WEEKDAYS
from app.text.normalise import normalise_text
from app.text.terms import query_terms
from app.web.forms import ChecksField, Form, choices_of

VIEWS: Final = ("list", "map", "table", "print")
RADII: Final = {500: "500mまで", 1_000: "1kmまで", 2_000: "2kmまで", 5_000: "5kmまで", 10_000: "10kmまで"}
WORDS_MOST: Final = 60

FIRST_YEAR, LAST_YEAR = 2020, 2099
"""Beyond these, public holidays are not known for certain and nobody plans."""

OLDEST: Final = 120

SINCE: Final = "%Y-%m-%dT%H:%M:%S.%f"
"""How an address writes a moment, always in UTC."""


def since_text(moment: datetime) -> str:
    """Return a moment as an address writes it."""
    return moment.astimezone(UTC).strftime(SINCE)


_SATURDAY: Final = 5

_OFFERED = (Order.NAME, Order.NEAR, Order.CONFIRMED_DOWN, Order.CONFIRMED, Order.KIND)


def _whole(value: str | int | None) -> int | None:
    return int(value) if value not in (None, "") else None


class FilterForm(Form):
    """What somebody looks for. `kinds` and `towns` are the town's own; towns come as (group, [(id, name)])."""

    q = SearchField(
        "ことば",
        [validators.Length(max=WORDS_MOST)],
        description="場所の名前や、したいこと。人の名前は入れません。",
    )
    exact = BooleanField("入れたことばだけでさがす", false_values=("", "0"))
    town = SelectField("どこから", coerce=_whole, validate_choice=False)
    within = SelectField(
        "距離",
        coerce=_whole,
        choices={"": "決めない"} | {str(metres): text for metres, text in RADII.items()},
    )
    sort = SelectField("並び順", choices=choices_of(Order), default=Order.NAME.value)
    # Chosen by a link beside the answer, which says what was left out.
    unknown = BooleanField("曜日や場所がわからない場も見る", false_values=("", "0"))
    day = ChecksField("曜日", coerce=int, choices={str(bit): name for bit, name in enumerate(WEEKDAYS)})
    on = DateField("この日に開いている", [validators.Optional()])
    seats = BooleanField("枠が空いている", false_values=("", "0"))
    age = IntegerField(
        "行く人の年齢",
        [validators.Optional(), validators.NumberRange(0, OLDEST)],
        description="例：42",
    )
    public = SelectField(
        "だれ向け",
        choices={"": "決めない"} | {key: label for key, (label, _) in PUBLICS.items()},
        default="",
    )
    gap = BooleanField("狭間の人も可", false_values=("", "0"))
    language = SelectField(
        "話せることば",
        choices={"": "決めない"} | {label: label for label in LANGUAGE_LABELS},
        default="",
    )
    feel = ChecksField(Section.FEEL.label, choices=wishes_in(Section.FEEL))
    way = ChecksField(Section.WAY.label, choices=wishes_in(Section.WAY))
    build = ChecksField(Section.BUILD.label, choices=wishes_in(Section.BUILD))
    card = SelectField(
        "どんな場",
        choices={"": "すべて"} | choices_of(CardForm),
        default="",
    )
    mine = BooleanField("わたしの地域だけ", false_values=("", "0"))
    kind = ChecksField("種別", coerce=int)
    ended = BooleanField("終わった場所も出す", false_values=("", "0"))
    # Since when somebody has not looked; kept searches set it.
    since = DateTimeLocalField("前に見た時", [validators.Optional()], format=SINCE)
    new = BooleanField("新しい場所だけ", false_values=("", "0"))
    view = HiddenField(
        "見え方",
        [validators.AnyOf(VIEWS, message="一覧・地図・表のタブから選んでください。")],
        default=VIEWS[0],
    )

    def __init__(
        self, typed: Any, *, kinds: Iterable[tuple[int, str]], towns: Mapping[str, Sequence[tuple[int, str]]]
    ) -> None:
        super().__init__(typed, meta={"csrf": False})
        self.kind.choices = {str(key): label for key, label in kinds}
        self.town.choices = {"": "決めない"} | {
            district: {str(key): name for key, name in group} for district, group in towns.items()
        }
        self._towns = {key for group in towns.values() for key, _ in group}
        # All turned orders in one list would be a riddle: the rare ones are reached by the heads of the table.
        shown = {*_OFFERED, self.sort.data}
        self.sort.choices = choices_of(order for order in Order if order in shown)

    def validate_q(self, field: Field) -> None:
        """Words have to hold something to look for."""
        if (field.data or "").strip() and not query_terms(field.data):
            raise ValidationError("記号だけではさがせません。文字か数字を入れてください。")

    def validate_town(self, field: Field) -> None:
        """A distance needs a place to measure from."""
        if field.data is not None and field.data not in self._towns:
            raise ValidationError("その町は一覧にありません。並んでいるものから選んでください。")
        if field.data is None and self.within.data:
            raise ValidationError("距離で絞るには、どの町からかを選んでください。")
        if field.data is None and self.sort.data == Order.NEAR:
            raise ValidationError("近い順に並べるには、どの町からかを選んでください。")

    def validate_on(self, field: Field) -> None:
        """A day for which somebody can have plans."""
        if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(f"{FIRST_YEAR}年から{LAST_YEAR}年までの日付を入れてください。")

    def filter_from(self, origin: Origin | None, *, at: datetime) -> Filter:
        """Return the answers as a filter; `origin` is the chosen town with its point, `at` now."""
        return Filter(
            words=normalise_text(self.q.data or ""),
            exact=bool(self.exact.data),
            kinds=frozenset(self.kind.data or ()),
            weekdays=sum(1 << day for day in set(self.day.data or ())),
            origin=origin,
            radius_m=self.within.data if origin else None,
            with_unknown=bool(self.unknown.data and (self.day.data or (origin and self.within.data))),
            gap_welcome=bool(self.gap.data),
            age=self.age.data,
            public=self.public.data or "",
            language=self.language.data or "",
            wishes=frozenset((*(self.feel.data or ()), *(self.way.data or ()), *(self.build.data or ()))),
            card=CardForm(self.card.data) if self.card.data else None,
            with_ended=bool(self.ended.data),
            open_on=self.on.data,
            seats_at=at if self.seats.data else None,
            new_since=self.since.data.replace(tzinfo=UTC) if self.since.data else None,
            only_new=bool(self.since.data and self.new.data),
            order=Order(self.sort.data),
        )


KEPT: Final = (
    "q", "exact", "town", "within", "sort", "day", "seats", "age", "public", "gap", "language", "feel", "way", "build",
    "card", "mine", "kind", "ended", "unknown",
)  # fmt: skip
"""What of a question is worth keeping: a day passes, and how an answer is shown belongs to the moment."""


def kept_question(asked: MultiDict[str, str]) -> str:
    """Return what of an address can be kept, as a query string; empty where it narrows nothing."""
    pairs = [(name, value) for name in KEPT for value in asked.getlist(name) if value]
    return urlencode(pairs) if any(name != "sort" for name, _ in pairs) else ""


def days_offered(today: date) -> dict[str, date]:
    """Return the days that most people ask for, by their name."""
    ahead = (_SATURDAY - today.weekday()) % 7 or 7
    return {
        "きょう": today,
        "あした": today + timedelta(days=1),
        "今度の土曜": today + timedelta(days=ahead),
    }


class HereForm(Form):
    """Where the phone is. It is sent by POST, so that it never stands in an address, and it is not kept."""

    lat = FloatField("緯度", [validators.InputRequired()])
    lon = FloatField("経度", [validators.InputRequired()])

    def validate_lat(self, field: Field) -> None:
        """The two numbers must be a place in Japan."""
        if self.lon.data is None or field.data is None or problem_of(self.lon.data, field.data):
            raise ValidationError("いまいる場所がわかりませんでした。町を選んでさがしてください。")

    @property
    def origin(self) -> Origin:
        """The place to measure from, to about a hundred metres: nearer than that nobody needs to know."""
        return Origin("いまいる場所", Point(round(self.lon.data or 0, 3), round(self.lat.data or 0, 3)))
