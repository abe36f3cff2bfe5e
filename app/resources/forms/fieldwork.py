"""A note from the field, what is asked of their list, and the choice of one's own areas."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from wtforms import FileField, RadioField, SelectField, TextAreaField, validators

from app.resources.exchange.photos import LARGEST_FILE, Photo, PhotoRefused, read_photo
from app.resources.queries.fieldwork import NoteFilter
from app.resources.vocabulary import FieldResult, FieldWay
from app.web.forms import ChecksField, Form, choices_of

WORDS_MOST: Final = 500
_AGAIN: Final = "写真は、もう一度えらんでください。"
_IN_MEGABYTES: Final = LARGEST_FILE // 1024 // 1024


class NoteForm(Form):
    """A note. About a town it cannot say that an entry stands; about an entry, not that it is new."""

    town = SelectField("どの町", default="")
    how = RadioField("どうやって", [validators.InputRequired()], choices=choices_of(FieldWay))
    result = RadioField("どうだった", [validators.InputRequired()])
    photo = FileField(
        "写真",
        description=f"場所や貼り紙の写真です。人の顔は写しません。撮った場所の記録は消します。{_IN_MEGABYTES}MBまで。",
    )
    words = TextAreaField(
        "ひとこと",
        [validators.Length(max=WORDS_MOST)],
        description="見たこと、聞いたことを短く。個人の名前や病気のことは書きません。",
    )

    def __init__(self, *, towns: Mapping[str, Sequence[tuple[int, str]]] | None, **data: Any) -> None:
        super().__init__(data=data)
        if towns is None:
            del self.town
        else:
            self.town.choices = {"": "選んでください"} | {
                district: {str(key): name for key, name in group} for district, group in towns.items()
            }
        offered = [
            word
            for word in FieldResult
            if (word is not FieldResult.FOUND if towns is None else not word.is_of_a_known_place)
        ]
        self.result.choices = choices_of(offered)

    @property
    def town_id(self) -> int | None:
        """The town that was chosen, where one is asked for."""
        return int(self.town.data) if "town" in self and self.town.data else None

    def read_picture(self) -> Photo | None:
        """Return the photo that was sent; None without one, or with the message at its field."""
        sent = self.photo.data
        if sent is None or not hasattr(sent, "read"):
            return None
        data: bytes = sent.read(LARGEST_FILE + 1)
        if not data and not sent.filename:
            return None
        try:
            return read_photo(data)
        except PhotoRefused as problem:
            self.photo.errors = (str(problem),)
            return None

    def ask_for_photo_again(self, photo: Photo | None) -> None:
        """Say that a browser does not keep a chosen file when a form comes back."""
        if photo is not None:
            self.photo.errors = (*self.photo.errors, _AGAIN)


class NotesForm(Form):
    """The filter of the list. Whoever has areas of their own sees those first."""

    area = SelectField("地域", default="")
    result = SelectField("どうだった", choices={"": "すべて"} | choices_of(FieldResult), default="")

    def __init__(self, typed: Any, *, districts: Mapping[int, str], has_areas: bool) -> None:
        super().__init__(typed, meta={"csrf": False})
        own = {"": "わたしの地域", "all": "市内すべて"} if has_areas else {"": "市内すべて"}
        self.area.choices = own | {str(key): name for key, name in districts.items()}
        self._has_areas = has_areas
        if not has_areas and self.area.data == "all":
            self.area.data = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.area.data or self.result.data)

    def filter_of(
        self, account_id: int | None, *, resource_id: int | None = None, host_id: int | None = None
    ) -> NoteFilter:
        """Return the answers as a filter. Notes of one place or host are not narrowed to one's own areas."""
        area = self.area.data or ""
        is_of_one = resource_id is not None or host_id is not None
        return NoteFilter(
            areas_of=account_id if self._has_areas and not area and not is_of_one else None,
            district_id=int(area) if area.isdecimal() else None,
            resource_id=resource_id,
            host_id=host_id,
            result=FieldResult(self.result.data) if self.result.data else None,
        )


class AreasForm(Form):
    """The districts and single towns that somebody looks after."""

    area = ChecksField("圏域", coerce=int)
    town = ChecksField("町（圏域の一部だけのとき）", coerce=int)

    def __init__(
        self,
        *,
        districts: Mapping[int, str],
        towns: Mapping[str, Sequence[tuple[int, str]]],
        chosen: Collection[int],
    ) -> None:
        known = {key for group in towns.values() for key, _ in group}
        super().__init__(
            data={
                "area": [key for key in chosen if key in districts],
                "town": [key for key in chosen if key in known],
            },
        )
        self.area.choices = {str(key): name for key, name in districts.items()}
        self.town.choices = {str(key): name for group in towns.values() for key, name in group}
        self._towns = towns

    @property
    def towns_by_district(self) -> list[tuple[str, list[Any], bool]]:
        """The boxes of the towns under their district, and whether one of them is checked."""
        boxes = {int(box.data): box for box in self.town}
        found = []
        for district, group in self._towns.items():
            own = [boxes[key] for key, _ in group]
            found.append((district, own, any(box.checked for box in own)))
        return found

    @property
    def chosen(self) -> set[int]:
        """All that was chosen."""
        return {*(self.area.data or ()), *(self.town.data or ())}
