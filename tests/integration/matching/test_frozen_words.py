"""The frozen words: from what everybody may copy, made once by itself, and anew only when a person says so."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.matching import queries
from app.matching.engine.words import FEWEST_TEXTS, FLAT, Idf
from app.matching.models import WordTable
from app.matching.service import words
from app.resources.queries.public_texts import list_public_texts
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState
from app.web.errors import Refused
from tests.factories.cases import make_actor, make_case
from tests.factories.needs import make_cafe, propose, see_proposal, write_need
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs
from tests.support.databases import rows_of

SYSTEM = Actor.system("test")


def freeze(database: Database) -> int:
    with database.writing(SYSTEM.scope) as session:
        return words.freeze_words(session, by=SYSTEM, at=now())


def freeze_first(database: Database) -> bool:
    with database.writing(SYSTEM.scope) as session:
        return words.freeze_first_words(session, by=SYSTEM, at=now())


def idf(database: Database) -> Idf:
    with database.reading(SYSTEM.scope) as session:
        return queries.get_idf(session, scope=SYSTEM.scope)


def texts(database: Database) -> str:
    with database.reading(SYSTEM.scope) as session:
        return "\n".join(list_public_texts(session, scope=SYSTEM.scope))


def order(database: Database, case: Case, by: Actor) -> list[tuple[int, int]]:
    with database.reading(by.scope) as session:
        facts = queries.get_facts(session, case.id, on=today(), scope=by.scope)
        need = queries.find_need(session, case.id, scope=by.scope)
        assert need is not None
        profile = facts.completed(need.content.profile, avoided=())
        found = queries.get_match(session, profile, at=now(), scope=by.scope)
        return [found.key_of(row) for row in found.ranked.tolist()]


@pytest.fixture
def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A town of a few places, with the least number of texts lowered to it."""
    monkeypatch.setattr(words, "FEWEST_TEXTS", 4)
    for name in ("畑の会", "畑と本", "本の部屋", "体操の会"):
        make_resource(database, name=name)
    return database


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "避難先", "group": KindGroup.REFUGE, "is_refuge": True, "disclosure": Disclosure.CLOSED},
        {"disclosure": Disclosure.PARTNERS},
        {"disclosure": Disclosure.CLOSED},
        {"state": ResourceState.ENDED},
        {"state": ResourceState.PAUSED},
        {"is_light": True},
    ],
    ids=["refuge", "partners", "closed", "ended", "paused", "light"],
)
def test_what_may_not_leave_lends_no_word(town: Database, facts: dict[str, Any]) -> None:
    for _ in range(3):
        make_resource(
            town, **facts, name="忍冬荘", description="忍冬が香ります。", traits={"関心のことば": "忍冬"}
        )
    freeze(town)
    assert "忍冬" not in texts(town)
    assert not {"忍", "冬", "忍冬"} & set(idf(town).weights)
    assert "忍" not in str(rows_of(town, "word_table"))


def test_a_gathering_that_agreed_lends_what_its_card_shows(town: Database) -> None:
    for _ in range(2):
        make_resource(
            town,
            name="縁側のお茶",
            is_light=True,
            listing_agreed_on=today(),
            description="ひみつの話",
            traits={"関心のことば": "将棋"},
        )
    said = texts(town)
    assert "縁側" in said
    assert "将棋" not in said
    assert "話" not in said


def test_words_of_interest_are_counted(town: Database) -> None:
    for number in range(2):
        make_resource(town, name=f"部屋{number}", traits={"関心のことば": "刺し子"})
    freeze(town)
    assert "刺し" in {term[:2] for term in idf(town).weights}


def test_too_few_texts_are_refused_and_the_words_stay_alike(database: Database) -> None:
    make_cafe(database)
    with pytest.raises(Refused, match=f"{FEWEST_TEXTS}件に足りない"):
        freeze(database)
    assert freeze_first(database) is False
    assert idf(database) is FLAT


def test_the_first_table_is_made_by_itself_and_never_a_second(town: Database) -> None:
    assert freeze_first(town) is True
    first = idf(town)
    make_resource(town, name="畑のとなりの畑")
    assert freeze_first(town) is False
    assert idf(town) == first
    assert len(rows_of(town, "word_table")) == 1


def test_a_table_is_read_once_for_its_version(town: Database) -> None:
    freeze(town)
    first = idf(town)
    assert idf(town) is first
    assert freeze(town) == 2
    assert idf(town).version == "words-2"


def test_what_is_told_of_the_table_is_its_version_its_day_and_of_how_many_texts(town: Database) -> None:
    with town.reading(SYSTEM.scope) as session:
        assert queries.find_word_table_facts(session, scope=SYSTEM.scope) is None
    freeze(town)
    with town.reading(SYSTEM.scope) as session:
        facts = queries.find_word_table_facts(session, scope=SYSTEM.scope)
    assert facts is not None
    assert (facts.version, facts.texts, facts.made_by, facts.made_at.date()) == (1, 4, None, today())


def test_freezing_is_in_the_log_with_numbers_alone(town: Database) -> None:
    freeze(town)
    event = next(row for row in rows_of(town, "audit_event") if row["action"] == "words.frozen")
    assert (event["subject_kind"], event["subject_id"]) == ("word_table", "1")
    assert "畑" not in str(event)


def test_equal_catalogues_give_equal_tables(town: Database) -> None:
    freeze(town)
    freeze(town)
    first, second = (row["document"] for row in rows_of(town, "word_table"))
    assert first == second


def test_places_that_are_added_change_no_order_while_the_version_stays(town: Database) -> None:
    csw = make_actor(town, Role.CSW)
    case = make_case(town, csw)
    for number in range(4):
        make_cafe(town, f"カフェ{number}", description="刺し子の日" if number % 2 else "本の日")
    write_need(town, case, csw, interests=("刺し子", "本"))
    freeze(town)
    before = order(town, case, csw)
    for number in range(5):
        make_resource(town, name=f"刺し子の会{number}", description="刺し子")
    known = {key[0] for key in before}
    after = order(town, case, csw)
    assert [key for key in after if key[0] in known] == before
    assert len(after) == len(before) + 5


def test_a_proposal_keeps_the_version_by_which_it_was_made(town: Database) -> None:
    csw = make_actor(town, Role.CSW)
    case = make_case(town, csw)
    write_need(town, case, csw)
    freeze(town)
    proposal_id = propose(town, case, csw, make_cafe(town))
    freeze(town)
    assert see_proposal(town, proposal_id, csw).snapshot.idf_version == "words-1"


def test_who_freezes_at_the_same_moment_is_told_so(town: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(town)
    monkeypatch.setattr(queries, "find_word_table_facts", lambda _session, *, scope: None)
    with pytest.raises(Refused, match="ほかの人が先に変更しました"):
        freeze(town)
    with town.reading(SYSTEM.scope) as session:
        assert session.scalar(sa.select(sa.func.count(WordTable.version))) == 1


def test_the_page_of_the_rules_tells_which_table_counts(town: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    browser.get("/matching-rules")
    assert "どのことばも同じ重さです" in browser.text
    freeze(town)
    browser.get("/matching-rules")
    assert "重みの表は第1版です" in browser.text
    assert "公開している場4件の文章から" in browser.text
