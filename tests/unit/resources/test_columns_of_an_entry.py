"""Each column of an entry stands in every list that names columns, or is named here as left out, with the reason.

Whoever adds a column learns here where else it has to be said: in the form, the history, the files, the interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

import pytest
import sqlalchemy as sa
from wtforms.fields.core import UnboundField

from app.resources.engine import field_words, merge_parts
from app.resources.exchange.cells import LONGEST
from app.resources.exchange.hsds.offers import Offer
from app.resources.forms import resource_data
from app.resources.forms.resource import ResourceForm
from app.resources.models import Resource
from app.resources.models.derived import SEARCHED, SUMMARY
from app.resources.policies import KEPT_BY_LIGHT_CARDS
from app.resources.queries import exports
from app.resources.service import import_rows

ALL: Final = {column.key: column for column in sa.inspect(Resource).column_attrs}
TEXTS: Final = {
    name: kind.length
    for name, column in ALL.items()
    if isinstance(kind := column.columns[0].type, sa.String) and type(kind) in (sa.String, sa.Text)
}


def because(reason: str, *names: str) -> dict[str, str]:
    """These columns are left out of a list for this reason."""
    return dict.fromkeys(names, reason)


KEPT_BY_THE_PRODUCT: Final = because(
    "the product keeps it for itself; nobody reads or writes it",
    "id", "identity", "search_terms", "search_text", "content_digest", "created_at", "updated_at", "version",
)  # fmt: skip
AREA_OF_THE_TOWN: Final = because("it follows from the town", "municipality_code")
DRAWN: Final = because("it is drawn from the timetable", *SUMMARY)
OF_MERGING: Final = because("merging and its undoing write it", "merged_into_id")


@dataclass(frozen=True)
class Listed:
    """A list of columns: where it stands, what it names, and what it leaves out, each with the reason."""

    where: str
    names: frozenset[str]
    without: Mapping[str, str] = field(default_factory=dict)


def _asked_by_the_form() -> frozenset[str]:
    asked = {
        name for name in dir(ResourceForm) if isinstance(getattr(ResourceForm, name, None), UnboundField)
    }
    others = {"kind": "kind_id", "lat": "point", "lon": "point"}
    return frozenset(others.get(name, name) for name in asked - {"version"}) & ALL.keys()


_FILE_FOR_ALL: Final = frozenset({*exports.FOR_ALL, "kind_id", "town_id", "point", "timetable", "contact"})
_OFFER: Final = frozenset(
    {"municipality": "municipality_code", "kind": "kind_id", "town": "town_id"}.get(each.name, each.name)
    for each in fields(Offer)
)

LISTS: Final = (
    Listed(
        "history words: app/resources/engine/field_words.RESOURCE_LABELS",
        frozenset(field_words.RESOURCE_LABELS),
        KEPT_BY_THE_PRODUCT,
    ),
    Listed(
        "merging: app/resources/engine/merge_parts.PARTS",
        frozenset(merge_parts.COLUMNS),
        KEPT_BY_THE_PRODUCT
        | OF_MERGING
        | because("a secret place is never put together with another one", "is_refuge")
        | because("what has ended is never put together with another one", "state", "ended_on", "end_reason"),
    ),
    Listed(
        "form: app/resources/forms/resource.ResourceForm",
        _asked_by_the_form(),
        KEPT_BY_THE_PRODUCT
        | AREA_OF_THE_TOWN
        | DRAWN
        | OF_MERGING
        | because("the editor of the timetable asks it", "timetable")
        | because("its items are fields of their own", "traits")
        | because("only a file has one", "published_id")
        | because("it follows from the kind", "is_refuge")
        | because("confirming is a step of its own", "confirmed_on", "confirmed_by", "next_check_on")
        | because("ending is a step of its own", "ended_on", "end_reason"),
    ),
    Listed(
        "import: app/resources/service/import_rows.PLAIN and WORDS",
        frozenset(
            {*import_rows.PLAIN, *import_rows.WORDS, *SUMMARY, "kind_id", "town_id", "point", "timetable", "traits"}
        ),
        KEPT_BY_THE_PRODUCT | OF_MERGING,
    ),
    Listed(
        "file of the staff: app/resources/queries/exports.FOR_ALL and FOR_STAFF",
        _FILE_FOR_ALL | frozenset(exports.FOR_STAFF),
        because("files lead nobody to it", "search_terms", "search_text", "content_digest", "updated_at", "version")
        | because("what was put together leaves once", "merged_into_id")
        | because("no file holds a secret place", "is_refuge"),
    ),
    Listed(
        "open catalogue: app/resources/exchange/hsds/offers.Offer",
        _OFFER,
        because("the key of an offer is made of it", "id", "identity", "created_at", "published_id")
        | because("only what is public, going on and not secret is published", "disclosure", "is_refuge", "merged_into_id")
        | because("the contact is there only where it is public", "contact_is_public")
        | because("the days are read from the code in `schedule`", "weekday_mask")
        | because("for the staff alone", *(set(exports.FOR_STAFF) - _OFFER))
        | because("nobody outside can use it", "search_terms", "search_text", "content_digest", "version"),
    ),
    Listed(
        "light cards: app/resources/policies.KEPT_BY_LIGHT_CARDS",
        frozenset(KEPT_BY_LIGHT_CARDS),
        because("neighbours tell it each other", "name", "kind_id", "address", "building", "town_id", "point", "contact")
        | because("neighbours tell it each other", "timetable", "schedule", "schedule_note", *SUMMARY)
        | because("it says how sure the card is", "point_precision", "confirmed_on", "state", "gap_welcome")
        | because("it says what the card is", "is_light", "contact_is_public", "disclosure", "municipality_code")
        | because("`traits` and areas are emptied beside the list", "traits")
        | because("a file for everybody never reads it", *(ALL.keys() - _FILE_FOR_ALL))
        | because("the key of an offer is made of it", "id", "identity", "created_at", "published_id"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.where.split(":")[0])
def test_a_list_names_every_column_or_leaves_it_out_for_a_reason(listed: Listed) -> None:
    forgotten = sorted(ALL.keys() - listed.names - listed.without.keys())
    assert not forgotten, (
        f"{listed.where} names no {', '.join(forgotten)}. Add it there, or leave it out in this test with a reason."
    )


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.where.split(":")[0])
def test_nothing_is_named_as_left_out_that_a_list_has_or_nobody_knows(listed: Listed) -> None:
    both = sorted(listed.names & listed.without.keys() | listed.without.keys() - ALL.keys())
    assert not both, f"{listed.where} has, or no entry knows, {', '.join(both)}: it is not left out."


def test_words_are_looked_up_in_every_text_that_a_page_shows() -> None:
    without = KEPT_BY_THE_PRODUCT | because(
        "some are not public, or it is no word that anybody types",
        "contact", "published_id", "municipality_code", "corporate_number", "url", "source", "point_source", "pickup",
        "capacity_note", "gap_basis", "confirmed_by", "check_note", "listing_agreed_by", "end_reason",
    )  # fmt: skip
    forgotten = sorted(TEXTS.keys() - set(SEARCHED) - without.keys())
    assert not forgotten, f"app/resources/models/derived.SEARCHED names no {', '.join(forgotten)}."


def test_a_file_brings_no_text_that_is_too_long_for_its_column() -> None:
    told = {name: TEXTS[name] for name in LONGEST}
    assert told == LONGEST, "app/resources/exchange/cells.LONGEST says otherwise than the columns"
    own_limits = {"name", "published_id", "municipality_code", "corporate_number"}
    unlimited = {
        name for name in import_rows.PLAIN if TEXTS.get(name) is not None and name not in LONGEST
    } - own_limits
    assert not unlimited, f"app/resources/exchange/cells.LONGEST names no {', '.join(sorted(unlimited))}."


def test_what_the_form_begins_with_are_fields_of_the_form() -> None:
    plain = {*resource_data.TEXTS, *resource_data.PROSE, *resource_data.NUMBERS, *resource_data.WORDS}
    assert plain <= _asked_by_the_form()
