"""What a community worker of the demo town has seen on the way, all invented."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.queries import get_district_ids, list_towns_by_district
from app.operations.demo.lives import Workers
from app.operations.demo.steps import Step
from app.resources.exchange.photos import Photo, read_photo
from app.resources.service.fieldwork import Seen, set_own_areas, write_note
from app.resources.vocabulary import FieldResult, FieldWay

_KEEPER: Final = "kikuno"
_DISTRICTS: Final = 2


@dataclass(frozen=True)
class _Note:
    days_ago: int
    place: str
    how: FieldWay
    result: FieldResult
    words: str
    has_photo: bool = False


_NOTES: Final = (
    _Note(
        23, "R-0019", FieldWay.VISIT, FieldResult.SEEN, "毛糸の箱が増えていました。窓ぎわの席があいています。"
    ),
    _Note(
        12,
        "R-0051",
        FieldWay.PASSING,
        FieldResult.SEEN,
        "入口に、次の日の貼り紙がありました。屋根の下で待てます。",
        has_photo=True,
    ),
    _Note(
        4,
        "R-0011",
        FieldWay.PHONE,
        FieldResult.CHANGED,
        "和室が工事のあいだ、となりの広い部屋で開くそうです。",
    ),
    _Note(
        2,
        "",
        FieldWay.HEARD,
        FieldResult.FOUND,
        "バス停のそばのベンチに、夕方、近所の人が集まっているそうです。",
    ),
)


def seed_fieldwork(
    session: Session, resources: Mapping[str, int], workers: Workers, *, by: Actor, at: datetime
) -> Iterator[Step]:
    """Give the community worker areas of her own and a few notes, one with a picture."""
    keeper = workers[_KEEPER]
    districts = get_district_ids(session, scope=by.scope)
    towns = list_towns_by_district(session, scope=by.scope)
    own = list(districts)[:_DISTRICTS]
    set_own_areas(session, area_ids=[districts[name] for name in own], by=keeper, at=at)
    first_town = towns[own[0]][0][0]
    for done, note in enumerate(_NOTES, start=1):
        seen = Seen(
            how=note.how,
            result=note.result,
            words=note.words,
            photo=_drawn() if note.has_photo else None,
            resource_id=resources[note.place] if note.place else None,
            town_id=None if note.place else first_town,
        )
        write_note(session, seen=seen, by=keeper, at=at - timedelta(days=note.days_ago))
        yield Step("地域の記録", done, len(_NOTES))


def _drawn() -> Photo:
    """A house with a notice beside its door, drawn."""
    picture = Image.new("RGB", (960, 720), "#cfe3ee")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 960, 720), fill="#b9b39a")
    pen.rectangle((220, 280, 740, 600), fill="#f2e6cf")
    pen.polygon(((180, 290), (480, 120), (780, 290)), fill="#7d4b3a")
    pen.rectangle((420, 400, 540, 600), fill="#8a6d4b")
    pen.rectangle((590, 380, 690, 500), fill="#ffffff", outline="#555555", width=4)
    for line in range(4):
        pen.line((606, 402 + 24 * line, 674, 402 + 24 * line), fill="#555555", width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return read_photo(out.getvalue())
