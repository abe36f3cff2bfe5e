"""The forms of an entry: the full one, and the light card for an informal gathering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from wtforms import Field, IntegerField, SelectField, widgets

from app.geo.geocoding import Geocoded
from app.resources.engine.placing import found_words, list_source
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.timetable import HolidayRule, Timetable
from app.resources.engine.trait_fields import FIELDS, TraitField, hidden_names, text_of
from app.resources.forms import resource_sections as sections
from app.resources.forms.areas_served import AreaChoices, AreasEditor
from app.resources.forms.resource_data import NUMBERS, PROSE, TEXTS, WORDS, Shown
from app.resources.forms.timetable import TimetableEditor
from app.resources.vocabulary import KindGroup, ResourceState
from app.web.forms import Form

_PLACE: Final = (
    "address", "building", "town_id", "lat", "lon", "point_precision", "point_source", "nearest_stop", "pickup",
)  # fmt: skip
_TIME: Final = ("holidays", "says_more")


class Problems:
    """What `error_summary` shows of a form whose fields are spread over several."""

    def __init__(self, fields: Sequence[Field], form_errors: Sequence[str]) -> None:
        self._fields, self.form_errors = fields, form_errors

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields)


class _Kept(Form):
    """Which state of the entry was shown, so that nobody overwrites what they have not seen."""

    version = IntegerField(widget=widgets.HiddenInput())
    # The newest change of the entry that stood in the history then.
    seen = IntegerField(widget=widgets.HiddenInput())


class ResourceForm(
    _Kept,
    sections.BasicSection,
    sections.PlaceSection,
    sections.ServedSection,
    sections.TimeSection,
    sections.PeopleSection,
    sections.CostSection,
    sections.ContactSection,
    sections.CheckSection,
    sections.TraitSection,
):
    """An entry with everything that is asked of its group of kinds.

    `typed` is what was sent, None to show `shown`. `kinds` are the labels that can be chosen.
    """

    def __init__(
        self, typed: Any, *, kinds: Sequence[str], group: KindGroup, areas: AreaChoices, shown: Shown
    ) -> None:
        super().__init__(typed, data=dict(shown.data), meta={} if typed is not None else {"csrf": False})
        self.group, self._shown = group, shown
        self.kind.choices = {label: label for label in kinds}
        self.town_id.choices = {"": "住所から決める"} | areas.grouped_towns
        hidden = set(hidden_names(group))
        hidden |= set(_PLACE) if "place" in hidden else set()
        hidden |= set(_TIME) if "timetable" in hidden else set()
        if shown.data.get("state") == ResourceState.ENDED.value:
            hidden.add("state")
        for name in hidden & set(self._fields):
            del self[name]
        for asked in FIELDS:
            if asked.name in self:
                sections.offer_kept(self[asked.name], shown.data.get(asked.name))
        if "pickup" in self:
            sections.offer_kept(self.pickup, shown.data.get("pickup"))
        self.areas = None if "areas" in hidden else AreasEditor(typed, areas, shown.served)
        self.timetable = None if "timetable" in hidden else TimetableEditor(typed, shown.timetable)
        self._timetable_read: Timetable | None = None
        # What is said of an address that was just looked up.
        self.place_words = ""

    @property
    def is_secret(self) -> bool:
        """Tell whether the place may not be written."""
        return "address" not in self

    def asked(self, fields: Sequence[TraitField]) -> list[Field]:
        """Return the fields of these items, without those that make no sense here."""
        return [self[each.name] for each in fields if each.name in self]

    def show_place(self, found: Geocoded) -> None:
        """Show the point of an address that was looked up. Nothing is kept before the form is saved."""
        self.place_words = found_words(found)
        if found.point is None:
            return
        show(self.lat, found.point.lat)
        show(self.lon, found.point.lon)
        show(self.point_precision, found.precision.value)
        show(self.point_source, list_source(found))

    def check(self) -> bool:
        """Tell whether everything can be read; problems stand beside their fields."""
        fine = bool(self.validate())
        if self.areas is not None:
            fine = self.areas.check() and fine
        if self.timetable is not None:
            holidays = HolidayRule(self.holidays.data) if self.holidays.data else None
            self._timetable_read = self.timetable.check(holidays, says_more=bool(self.says_more.data))
            fine = self._timetable_read is not None and fine
        return fine

    @property
    def problems(self) -> Problems:
        """Everything that is wrong, for the head of the page."""
        fields = list(self)
        fields += self.areas.fields() if self.areas is not None else ()
        fields += self.timetable.fields() if self.timetable is not None else ()
        return Problems(fields, self.form_errors)

    @property
    def values(self) -> dict[str, Any]:
        """What the form says, by column, after `check`. Fields that are not asked of the group say nothing."""
        said: dict[str, Any] = {"kind": self.kind.data, "is_light": self.is_light.data == "yes"}
        said |= {name: self[name].data or None for name in TEXTS if name in self}
        said |= {name: sections.tidy_lines(self[name].data) or None for name in PROSE}
        said |= {name: self[name].data for name in (*NUMBERS, "listing_agreed_on") if name in self}
        said |= {name: words(self[name].data) for name, words in WORDS.items() if name in self}
        said["gap_welcome"] = sections.ANSWERS[self.gap_welcome.data]
        said["contact_is_public"] = bool(self.contact_is_public.data)
        if not self.is_secret:
            lat, lon = self.lat.data, self.lon.data
            said["point"] = None if lat is None or lon is None else (lon, lat)
            said["town_id"] = int(self.town_id.data) if self.town_id.data else None
        said["traits"] = self._traits()
        if self.areas is not None:
            said["service_areas"] = self.areas.value
        if self._timetable_read is not None:
            said["timetable"] = document_of(self._timetable_read)
        return said

    def _traits(self) -> dict[str, str]:
        kept = dict(self._shown.traits)
        for asked in FIELDS:
            if asked.name not in self:
                continue
            value = self[asked.name].data
            answer = text_of(value or ()) if asked.several else (value or "")
            if answer:
                kept[asked.item] = answer
            else:
                kept.pop(asked.item, None)
        return kept

    def take_over(self, current: ResourceForm, names: Sequence[str]) -> None:
        """Show what stands in these columns or items now; the others stay as they were typed."""
        by_item = {asked.item: asked.name for asked in FIELDS}
        for name in names:
            if name == "timetable" and current.timetable is not None:
                self.timetable = current.timetable
                self._take(current, *_TIME)
            elif name == "service_areas":
                self.areas = current.areas
            elif name == "point":
                self._take(current, "lat", "lon")
            else:
                self._take(current, by_item.get(name, {"kind_id": "kind"}.get(name, name)))

    def _take(self, current: ResourceForm, *names: str) -> None:
        for name in names:
            if name in self and name in current:
                show(self[name], current[name].data)


class LightForm(_Kept):
    """The light card: what neighbours would tell each other, and no more."""

    name = sections.text("なまえ", 160, "みんなが呼んでいる名前で。", required=True)
    where = sections.text("どこ", 160, "例：銭湯の縁台、三丁目の公園のベンチ")
    town_id = SelectField("町", default="")
    when = sections.text("いつごろ", 200, "例：水曜の夕方、天気のよい日の午前中")
    contact = sections.text("だれに聞くか", 200, "例：番台の人。個人の名前は公開しません。")
    description = sections.text("ひとこと", 300, "例：おしゃべりだけでも大丈夫です。")

    def __init__(self, typed: Any, *, areas: AreaChoices, shown: Shown) -> None:
        super().__init__(
            typed, data=light_data(shown.data), meta={} if typed is not None else {"csrf": False}
        )
        self._venue = venue_of(shown.data)
        self.town_id.choices = {"": "わからない"} | areas.grouped_towns

    def check(self) -> bool:
        """Tell whether everything can be read."""
        return bool(self.validate())

    @property
    def problems(self) -> Problems:
        """Everything that is wrong, for the head of the page."""
        return Problems(list(self), self.form_errors)

    @property
    def values(self) -> dict[str, Any]:
        """What the card says, by column."""
        return {
            "name": self.name.data,
            self._venue: self.where.data or None,
            "town_id": int(self.town_id.data) if self.town_id.data else None,
            "schedule_note": self.when.data or None,
            "contact": self.contact.data or None,
            "description": self.description.data or None,
        }

    def take_over(self, current: LightForm, names: Sequence[str]) -> None:
        """Show what stands in these columns now; the others stay as they were typed."""
        fields = {self._venue: "where", "schedule_note": "when"}
        for name in names:
            if (shown := fields.get(name, name)) in self:
                show(self[shown], current[shown].data)


def show(field: Field, value: Any) -> None:
    """Let a field show a value instead of what was typed."""
    field.data, field.raw_data = value, None


def venue_of(data: Mapping[str, Any]) -> str:
    """Return the column in which a light card says where it is: the address where there is nothing but one."""
    return "address" if data.get("address") and not data.get("building") else "building"


def light_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a light card shows, on one line each."""
    kept = ("version", "seen", "name", "town_id", "contact")
    return {name: data[name] for name in kept if name in data} | {
        "where": data.get(venue_of(data)),
        "when": " ".join((data.get("schedule_note") or "").split("\n")),
        "description": " ".join((data.get("description") or "").split("\n")),
    }
