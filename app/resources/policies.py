"""Who may do what with the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.accounts.vocabulary import Actor, Right, Role, Scope
from app.jobs.vocabulary import JobState
from app.resources.vocabulary import AskBy, ChangeSubject, ImportStep
from app.text.normalise import normalise_text

KEEPERS: Final = frozenset({Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER})
"""Roles that keep the catalogue."""

IMPORTERS: Final = frozenset({Role.COORDINATOR, Role.COMMUNITY, Role.CITY_OFFICER})
"""Roles that take whole files in, and take them back."""

KIND_KEEPERS: Final = frozenset({Role.ADMIN, Role.COORDINATOR, Role.CITY_OFFICER})
"""Roles that keep the table of kinds.

It is a code table, which is the administrator's, and it shapes the whole town's catalogue, for which coordinators and
the city answer. CSWs and community workers keep single entries; a kind that they miss, they ask for.
"""

MOVERS: Final = KEEPERS & KIND_KEEPERS
"""Who may move all entries of a kind at once: an administrator keeps the table and touches no entry."""


def may_place_in_refuge(scope: Scope) -> bool:
    """Tell whether secret refuges exist for this scope at all."""
    return scope.system is not None or Right.PLACE_IN_REFUGE in scope.rights


AGREED: Final = "掲載の同意"
AGREED_WORDS: Final = ("済", "口頭")
"""The item in which files say that a group agreed to stand in the catalogue, and the words that mean yes."""

KEPT_BY_LIGHT_CARDS: Final = (
    "kana", "nickname", "operator", "corporate_number", "description", "remarks", "url", "point_source", "served_area",
    "nearest_stop", "pickup", "age_from", "age_to", "audience", "gap_seats", "gap_basis", "capacity", "capacity_note",
    "fee", "application", "source",
)  # fmt: skip
"""The columns that a light card keeps to itself when it leaves, beside the areas served and its items.

Neighbours tell each other what it is called, where, when and whom to ask; for more a light card has no line.
"""


CARE_BEFORE_PUBLIC: Final = (
    "児童養護施設", "乳児院", "児童自立支援", "児童心理治療", "自立援助ホーム", "ファミリーホーム", "一時保護", "母子生活支援施設",
    "母子寮", "女性自立支援施設", "婦人保護施設", "女性相談支援センター", "DV", "配偶者暴力", "シェルター",
)  # fmt: skip
"""Words by which a place is known that protects children or women: an address on a public page may endanger them."""


def wants_care_before_public(*texts: str | None) -> bool:
    """Tell whether kind, name or legal basis of an entry say that somebody must have been asked before it is public."""
    said = normalise_text(" ".join(filter(None, texts))).upper()
    return any(word in said for word in CARE_BEFORE_PUBLIC)


def may_keep_secrets(by: Actor) -> bool:
    """Tell whether somebody may make a kind one of secret refuges, or no longer one: it rewrites its entries."""
    return by.scope.system is not None or (Right.PLACE_IN_REFUGE in by.rights and by.holds(*MOVERS))


_REACHED_BY = "連絡先がちがうと、手紙や電話が届かなくなるため"
_OF_PAY = "本人に約束するお金なので、支払いの決まりに合うかを確かめるため"
_OF_INSURANCE = "保険証券と合っているかを確かめるため"

WAITING_FIELDS: Final[Mapping[ChangeSubject, Mapping[str, str]]] = {
    ChangeSubject.HOST: {
        "name": "手紙や依頼状に書く名前なので、まちがいがないかを確かめるため",
        "phone": _REACHED_BY,
        "email": _REACHED_BY,
        "postal_address": _REACHED_BY,
    },
    ChangeSubject.OPENING: {
        "task": "いま来ている人の仕事が変わらないかを確かめるため",
        "pay": _OF_PAY,
        "pay_note": _OF_PAY,
        "refusal": "断られる人が出ないか、いっしょに考えるため",
        "insurance": _OF_INSURANCE,
        "insurance_holder": _OF_INSURANCE,
        "insured_from": _OF_INSURANCE,
        "insured_to": _OF_INSURANCE,
    },
}
"""What a host changes by its link and a coordinator looks at first, each with the reason.

A link can be opened by whoever holds the letter: where we write and call, what a person is paid and covered by, and
who is turned away do not follow from a letter alone.
"""

# Whoever closed a weekday opens it again without being asked.
_FEW_SEATS: Final = 3

SEATS_WAIT: Final = "人数が急に増えたので、まちがいがないかを確かめるため"


def do_seats_wait(before: int, after: int) -> bool:
    """Tell whether an opening offers so many more seats (all slots together) that somebody asks: a slip of the thumb."""
    return after > 2 * max(before, _FEW_SEATS)


DECIDERS: Final = frozenset({Role.COORDINATOR, Role.CSW})
"""Roles that decide on what a host changed by its link: those who look after hosts."""

MOST_SEATS: Final = 50
"""So many seats a weekday and part of the day may have; more is a slip of the finger."""

ASKED_THROUGH: Final[Mapping[AskBy, tuple[str, str]]] = {
    AskBy.LETTER: ("postal_address", "住所"),
    AskBy.MAIL: ("email", "メールアドレス"),
    AskBy.PHONE: ("phone", "電話番号"),
}
"""What it takes to ask a host in a way: the column of `Host`, and what people call it."""


def may_import_be_undone(kind: str, state: JobState, result: Mapping[str, Any] | None) -> bool:
    """Tell whether the job of an import wrote something and was not taken back yet, or the way back broke."""
    wrote = bool((result or {}).get("batch"))
    is_written = kind == ImportStep.IMPORT and state is JobState.DONE
    return wrote and (is_written or (kind == ImportStep.UNDO and state is JobState.FAILED))
