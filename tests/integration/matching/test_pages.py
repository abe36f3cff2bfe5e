"""The pages of matching without JavaScript, parsed strictly: what is computed is said, nothing of the person is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Right, Role
from app.cases import service as cases
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.matching import queries
from app.matching.engine.preview import token_of_limit
from app.matching.vocabulary import ProposalState, RuleId
from app.people import service as people
from app.people.vocabulary import ConsentItem, ConsentWay, NeverMeetKind, RecipientKind
from app.resources.engine.traits import Scale, TakingPart
from tests.factories.cases import IDENTITY, actor_of, keep_away, make_case, protect
from tests.factories.needs import TUESDAY_MORNING, make_cafe, move, propose, see_proposal, write_need
from tests.factories.resources import make_catalogue, make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of, statements

WHO = (IDENTITY.name, IDENTITY.kana, IDENTITY.address, IDENTITY.phone, "1988", "秘田")


@pytest.fixture
def account(database: Database) -> Account:
    """Who is signed in."""
    return make_account(database, Role.CSW)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def browser(sign_in_as: SignInAs, account: Account) -> Browser:
    """Their browser."""
    return sign_in_as(account=account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case of theirs."""
    return make_case(database, csw)


def actions(database: Database) -> list[object]:
    return [row["action"] for row in rows_of(database, "audit_event")]


def candidates(case: Case) -> str:
    return f"/cases/{case.id}/candidates"


def test_the_form_keeps_the_own_words_and_leads_to_the_candidates(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    answer = browser.send(
        f"/cases/{case.id}/need",
        own_words="窓のそばで\n静かに",
        interests="刺し子、本",
        kinds_now=["BEING", "JOY"],
        free_slots=[str(TUESDAY_MORNING.bit_length() - 1)],
        limit_noise="1",
        purpose_own_place="5",
    )
    assert answer.status_code == 303
    assert answer.location.endswith(candidates(case))
    browser.get(candidates(case))
    assert "窓辺のカフェ" in browser.text
    assert "「居場所」につながる" in browser.text
    with database.reading(csw.scope) as session:
        need = queries.find_need(session, case.id, scope=csw.scope)
    assert need is not None
    assert need.content.profile.kinds_now == {TakingPart.BEING, TakingPart.JOY}
    assert need.content.profile.interests == ("刺し子", "本")


def test_a_draft_is_kept_and_not_used(database: Database, case: Case, browser: Browser) -> None:
    browser.get(f"/cases/{case.id}/need")
    form = next(form for form in browser.forms() if form.action == f"/cases/{case.id}/need")
    typed = {**form.fields, "own_words": "途中", "draft": "yes"}
    answer = browser.post(form.action, data=typed, headers={"Referer": browser.address})
    assert answer.location.endswith(f"/cases/{case.id}")
    browser.get(f"/cases/{case.id}")
    assert "下書き" in browser.text
    browser.get(candidates(case))
    assert "ニーズは、まだ下書きです" in browser.text


def test_what_cannot_stand_is_said_at_its_field_and_nothing_is_lost(case: Case, browser: Browser) -> None:
    answer = browser.send(
        f"/cases/{case.id}/need", own_words="のこる言葉", as_is="y", kinds_now=["BEING"], travel_minutes="10"
    )
    assert answer.status_code == 422
    assert "どちらかにしてください" in browser.text
    assert "行きかたも選んでください" in browser.text
    form = next(form for form in browser.forms() if form.action == f"/cases/{case.id}/need")
    assert form.fields["own_words"] == "のこる言葉"


def test_two_at_the_same_form_do_not_undo_each_other(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    browser.get(f"/cases/{case.id}/need")
    write_need(database, case, csw, own_words="ほかの人が書いた")
    assert browser.submit(f"/cases/{case.id}/need", own_words="あと").status_code == 422
    assert "先に変更しました" in browser.text


def test_candidates_say_why_and_why_not_and_what_would_change_it(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "駅前の広間", traits={"静けさ": "にぎやか", "参加の形": "居るだけ"})
    make_cafe(database, "はじめての場", traits={"参加の形": "居るだけ"})
    make_resource(database, name="縁側のお茶", is_light=True)
    write_need(database, case, csw)
    browser.get(candidates(case))
    text = browser.text
    assert "条件に合う場は 2か所" in text
    assert "火曜午前が空き時間と重なる" in text
    assert "静けさは「にぎやか」で、望み（「静か」まで）を超える" in text
    assert "変えるなら、本人と話してから" in text
    assert "静けさはどのくらいか" in text
    assert "−1か所" in text
    assert "にぎやかな場でもよければ" not in text.split("合わなかった場")[0]
    assert "受け入れ先が、いまよりずっと静かな席や時間をつくれば ＋1か所" in text
    assert text.index("窓辺のカフェ") < text.index("はじめての場") < text.index("近くのつながり")
    assert "縁側のお茶" in text
    assert not [secret for secret in WHO if secret in text]


def test_reading_candidates_is_noted_and_changes_nothing_else(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    need = write_need(database, case, csw)
    before = {
        table: rows_of(database, table) for table in ("need", "proposal", "reservation", "support_case")
    }
    browser.get(f"{candidates(case)}?without={token_of_limit(RuleId.NOISE, need_id=need.need_id)}")
    assert {table: rows_of(database, table) for table in before} == before
    assert actions(database)[-1] == "candidates.read"


def test_a_limit_is_left_out_for_looking_alone(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database, traits={"静けさ": "にぎやか", "参加の形": "居るだけ"})
    key = write_need(database, case, csw).need_id
    browser.get(candidates(case))
    assert "合う場はありません" in browser.text
    assert "絞り込みは、いまは使えません" not in browser.text
    noise, vacancy = (token_of_limit(rule, need_id=key) for rule in (RuleId.NOISE, RuleId.VACANCY))
    browser.get(f"{candidates(case)}?without={noise}&without={vacancy}&without=nonsense")
    assert "条件に合う場は 1か所" in browser.text
    assert "絞り込みは、いまは使えません" in browser.text
    assert "保存はしていません" in browser.text
    assert not [form for form in browser.forms() if form.action.endswith("/proposals")]
    with database.reading(csw.scope) as session:
        need = queries.find_need(session, case.id, scope=csw.scope)
    assert need is not None
    assert need.content.profile.limits == {Scale.NOISE: 1}


def test_a_question_is_answered_on_the_spot(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database, traits={"参加の形": "居るだけ"})
    write_need(database, case, csw)
    browser.get(candidates(case))
    answers = [form for form in browser.forms() if form.action.endswith("/answers")]
    noise = next(form for form in answers if form.fields["rule"] == "noise")
    token = browser.token(candidates(case))
    told = {**noise.fields, "csrf_token": token, "fits": "no"}
    assert (
        browser.post(
            f"{candidates(case)}/answers", data=told, headers={"Referer": browser.address}
        ).status_code
        == 303
    )
    browser.get(candidates(case))
    assert "条件に合う場は 0か所" in browser.text
    assert "聞き取りでは「不可」" in browser.text
    # The page that was open before speaks of a version that is no more.
    browser.post(f"{candidates(case)}/answers", data=told, headers={"Referer": browser.address})
    browser.get(candidates(case))
    assert "先に変更しました" in browser.text


def test_as_it_is_is_a_full_answer(database: Database, case: Case, csw: Actor, browser: Browser) -> None:
    make_cafe(database)
    write_need(database, case, csw, kinds_now=frozenset(), as_is=True)
    browser.get(candidates(case))
    assert "今のままも、りっぱな答えです" in browser.text
    assert "窓辺のカフェ" not in browser.text


def test_whom_to_keep_away_is_never_named_nor_counted(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    feared = make_cafe(database, "こわい人の店")
    make_cafe(database)
    write_need(database, case, csw)
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, name="あの人", resource_id=feared)
    browser.get(candidates(case))
    assert "こわい人の店" not in browser.text
    assert "あの人" not in browser.text
    assert "条件に合う場は 1か所" in browser.text
    browser.get(f"/cases/{case.id}/need")
    assert "登録があります" in browser.text
    assert "あの人" not in browser.text


def test_a_place_goes_to_the_paper_and_from_there_through_both_answers(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    write_need(database, case, csw)
    browser.get(f"{candidates(case)}/print")
    assert "まだ、本人に見せる場を選んでいません" in browser.text
    browser.get(candidates(case))
    assert browser.submit(f"/cases/{case.id}/proposals").location.endswith(candidates(case))
    browser.get(f"{candidates(case)}/print")
    assert "窓辺のカフェ" in browser.text
    assert "火曜日午前10時から昼の12時まで" in browser.text
    assert "点" not in browser.text.replace("点検", "")
    browser.get(f"/cases/{case.id}")
    assert "本人が考えています" in browser.text
    with database.reading(csw.scope) as session:
        page = f"/proposals/{queries.list_proposals(session, case.id, scope=csw.scope)[0].proposal_id}"
    for to, said in (("agreed", "本人が希望"), ("asked", "受け入れ先に相談中"), ("accepted", "受け入れ決定")):
        browser.get(page)
        form = next(form for form in browser.forms() if form.fields.get("to") == to)
        data = {**form.fields}
        assert (
            browser.post(f"{page}/steps", data=data, headers={"Referer": browser.address}).status_code == 303
        )
        browser.get(page)
        assert said in browser.text
    assert "参加を始める" in browser.text


def test_an_end_without_a_reason_is_told_and_changes_nothing(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    write_need(database, case, csw)
    proposal_id = propose(database, case, csw, make_cafe(database))
    page = f"/proposals/{proposal_id}"
    browser.get(page)
    form = next(form for form in browser.forms() if form.fields.get("to") == "declined")
    browser.post(f"{page}/steps", data=form.fields, headers={"Referer": browser.address})
    browser.get(page)
    assert "どなたの側の事情か" in browser.text
    assert see_proposal(database, proposal_id, csw).state is ProposalState.SHOWN


def test_what_the_host_learns_follows_the_consent_of_the_minute(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    cafe = make_cafe(database)
    write_need(database, case, csw)
    page = f"/proposals/{propose(database, case, csw, cafe)}"
    with database.writing(csw.scope) as session:
        consent = people.add_consent(
            session,
            person_id=case.person_id,
            items={ConsentItem.STRENGTHS},
            recipient_kind=RecipientKind.RESOURCE,
            recipient_id=cafe,
            purpose="受け入れの相談",
            way=ConsentWay.SPOKEN,
            since=today(),
            by=csw,
            at=now(),
        )
    browser.get(page)
    assert "得意なこと・好きなこと 伝わる" in browser.text
    assert "氏名 伝わらない" in browser.text
    with database.writing(csw.scope) as session:
        people.withdraw_consent(session, person_id=case.person_id, consent_id=consent, by=csw, at=now())
    browser.get(page)
    assert "得意なこと・好きなこと 伝わらない" in browser.text
    assert "呼び名 伝わる" in browser.text


def test_today_says_which_proposals_wait(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    write_need(database, case, csw)
    proposal_id = propose(database, case, csw, make_cafe(database))
    browser.get("/today")
    assert "本人への提案" not in browser.text
    move(database, proposal_id, ProposalState.AGREED, csw)
    browser.get("/today")
    assert "本人への提案（1件）" in browser.text
    assert "つゆさん" in browser.text
    assert "受け入れ先に相談する" in browser.text


def test_a_question_that_lapsed_is_shown_so_before_any_job_has_run(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    write_need(database, case, csw)
    proposal_id = propose(database, case, csw, make_cafe(database))
    long_ago = now() - timedelta(days=20)
    move(database, proposal_id, ProposalState.AGREED, csw)
    move(database, proposal_id, ProposalState.ASKED, csw, at=long_ago)
    browser.get(f"/proposals/{proposal_id}")
    assert "期限切れ" in browser.text
    assert not [form for form in browser.forms() if form.fields.get("to")]


def test_where_a_protected_person_may_go_is_covered_and_never_printed(
    database: Database, case: Case, csw: Actor, browser: Browser, sign_in_as: SignInAs
) -> None:
    cafe = make_cafe(database)
    write_need(database, case, csw)
    proposal_id = propose(database, case, csw, cafe)
    protect(database, case, csw)
    browser.get(f"{candidates(case)}/print")
    assert "この紙は出せません" in browser.text
    assert "窓辺のカフェ" not in browser.text
    browser.get(f"/cases/{case.id}")
    assert "窓辺のカフェ" not in browser.text
    # Who made the proposal knows the place.
    browser.get(f"/proposals/{proposal_id}")
    assert "窓辺のカフェ" in browser.text


def test_a_colleague_is_not_told_by_the_candidates_where_a_protected_person_may_go(
    database: Database, case: Case, csw: Actor, browser: Browser, sign_in_as: SignInAs
) -> None:
    write_need(database, case, csw)
    proposal_id = propose(database, case, csw, make_cafe(database))
    make_resource(database, name="縁側のお茶", is_light=True)
    protect(database, case, csw)
    pages = (candidates(case), f"/cases/{case.id}/week")
    readers: dict[tuple[Right, ...], Browser] = {}
    for rights in ((), (Right.UNMASK,)):
        account = make_account(database, Role.CSW, rights=rights)
        with database.writing(csw.scope) as session:
            cases.join_team(session, case_id=case.id, account_id=account.id, by=csw, at=now())
        readers[rights] = sign_in_as(account=account)
    for path in pages:
        for reader, knows in ((browser, True), (readers[()], False), (readers[Right.UNMASK,], True)):
            told = reader.get(path).text
            assert "窓辺のカフェ" in reader.text
            assert (f"/proposals/{proposal_id}" in told) is knows
            assert "縁側のお茶" in reader.text
            assert "距離が不明" not in reader.text


def test_another_teams_pages_are_not_there(
    database: Database, case: Case, csw: Actor, sign_in_as: SignInAs
) -> None:
    write_need(database, case, csw)
    proposal_id = propose(database, case, csw, make_cafe(database))
    other = sign_in_as(Role.COORDINATOR)
    missing = other.get("/cases/aaaaaaaaaaaaaaaaaaaaaa/candidates")
    for path in (
        candidates(case),
        f"{candidates(case)}/print",
        f"/cases/{case.id}/need",
        f"/proposals/{proposal_id}",
    ):
        answer = other.get(path)
        assert answer.status_code == 404
        assert answer.data == missing.data
    for role in (Role.PLANNER, Role.ADMIN, Role.COMMUNITY, Role.CITY_OFFICER, Role.REFERRER):
        assert sign_in_as(role).get(candidates(case)).status_code == 404


@pytest.mark.parametrize("size", [30, 300])
def test_a_larger_town_takes_no_more_statements(
    app: Flask, database: Database, case: Case, csw: Actor, browser: Browser, size: int
) -> None:
    make_catalogue(database, size)
    for number in range(3):
        make_cafe(database, f"カフェ{number}")
    write_need(database, case, csw)
    browser.get(candidates(case))
    with statements(app) as seen:
        browser.get(candidates(case))
    assert len(seen) == STATEMENTS, "\n".join(seen)


STATEMENTS = 33
"""Sign-in, the log of the reading, the case and its person, whom to keep away (asked twice over: by this team and by
the product), the catalogue's version, the town's rules and its frozen words, what is shown, and what stands beside."""
