"""The wishes of `app.resources.engine.wishes` as conditions, the same on both databases."""

from __future__ import annotations

import sqlalchemy as sa

from app.resources.engine.trait_fields import FEE_YEN, LANGUAGES
from app.resources.engine.wishes import (
    FREE,
    PICKUP,
    AgeWish,
    FreeWish,
    GapWish,
    LanguageWish,
    PublicWish,
    TraitWish,
    Wish,
)
from app.resources.models.catalogue import Resource

_Condition = sa.ColumnElement[bool]


def conditions_of(wish: Wish) -> tuple[_Condition, _Condition]:
    """Return when a wish surely comes true, and when it is not out of the question. Neither is ever NULL."""
    yes: _Condition
    match wish:
        case TraitWish():
            said = sa.func.coalesce(Resource.pickup, "") if wish.item == PICKUP else _trait(wish.item)
            yes = said.in_(sorted(wish.yes))
            return yes, (sa.or_(yes, said == "") if wish.no is None else said.not_in(sorted(wish.no)))
        case FreeWish():
            price, fee = _trait(FEE_YEN), sa.func.coalesce(Resource.fee, "")
            yes = sa.or_(price == "0", sa.and_(price == "", fee.startswith(FREE)))
            return yes, sa.or_(yes, sa.and_(price == "", fee == ""))
        case GapWish():
            return Resource.gap_welcome.is_(True), Resource.gap_welcome.is_not(False)
        case AgeWish():
            fits = sa.and_(
                sa.func.coalesce(Resource.age_from, 0) <= wish.age,
                sa.func.coalesce(Resource.age_to, wish.age) >= wish.age,
            )
            is_said = sa.or_(Resource.age_from.is_not(None), Resource.age_to.is_not(None))
            return sa.and_(is_said, fits), fits
        case LanguageWish():
            said = _trait(LANGUAGES)
            yes = said.contains(wish.language)
            return yes, sa.or_(yes, said == "")
        case PublicWish():
            audience = sa.func.coalesce(Resource.audience, "")
            yes = sa.or_(*(audience.contains(word) for word in wish.words))
            no = sa.or_(*(audience.contains(word) for word in wish.others))
            return yes, sa.or_(yes, sa.not_(no))


def _trait(item: str) -> sa.ColumnElement[str]:
    return sa.func.coalesce(Resource.traits[item].as_string(), "")
