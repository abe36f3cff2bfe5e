"""Cases for tests: each function opens its own transaction, as a request would.

``make_case(database, csw)`` opens a case with a person in it for an account; ``actor_of(database, account)`` is who
acts. Names, addresses and telephones are `SECRETS`, so that a test can look for them where they must not stand.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.models import Account
from app.accounts.queries import get_actor
from app.accounts.vocabulary import Actor, Affiliation, Right, Role
from app.cases import queries, service
from app.cases.models import Case
from app.cases.vocabulary import CaseStory, PlanText, Referral, ReferralRoute
from app.clock import now, today
from app.db.database import Database
from app.people.vocabulary import ConsentWay, Identity, NeverMeetKind
from tests.support.accounts import make_account

TOWN = Actor.system("test")

IDENTITY = Identity(
    name="秘田 露子",
    kana="ヒメダ ツユコ",
    alias="つゆさん",
    birth_date=date(1988, 5, 3),
    address="隠町三丁目9番8号",
    phone="090-0000-4649",
    note="勝手口から声をかける",
)
STORY = CaseStory(wish="窓のそばで刺し子をしたい", strengths="針仕事の細かさ", mind="大きな声が苦手")
SECRETS = (
    *("秘田", "露子", "ヒメダ", "ツユコ", "ひめだ", "1988-05-03", "隠町", "4649", "勝手口"),
    *(
        "つゆさん",
        "刺し子",
        "針仕事",
        "大きな声",
        "元の夫の兄",
        "役所に勤める",
        "夏まつりの手伝い",
        "急ぐわけ",
    ),
)
PLAN = PlanText(goals="夏まつりの手伝い", offer="週1回の手芸の会")


def actor_of(database: Database, account: Account) -> Actor:
    """Who acts when this account does something today."""
    with database.reading() as session:
        return get_actor(session, account.id, on=today())


def make_actor(
    database: Database, *roles: Role, rights: tuple[Right, ...] = (), organisation: str = "福祉課"
) -> Actor:
    """A new account, as somebody who acts."""
    return actor_of(database, make_account(database, *roles, rights=rights, organisation=organisation))


def entrusted(actor: Actor) -> Actor:
    """The same, working for an entrusted body."""
    return Actor(
        actor.account_id, actor.display_name, actor.roles, actor.rights, Affiliation.ENTRUSTED, on=actor.on
    )


def make_case(database: Database, by: Actor, **changes: Any) -> Case:
    """Open a case for somebody who can belong to a team."""
    told: dict[str, Any] = {
        "identity": IDENTITY,
        "route": ReferralRoute.FAMILY,
        "story": STORY,
        "referral": Referral(sender="家族"),
        "consent_way": ConsentWay.SIGNED,
    }
    with database.writing(TOWN.scope) as session:
        return service.open_case(session, **(told | changes), by=by, at=now())


def submit_plan(database: Database, case: Case, by: Actor) -> None:
    """Write a plan and ask the city for its decision."""
    with database.writing(by.scope) as session:
        service.write_plan(session, case_id=case.id, text=PLAN, by=by, at=now())
        service.submit_plan(session, case_id=case.id, by=by, at=now())


def protect(database: Database, case: Case, by: Actor) -> None:
    """Put the household of a case under 支援措置."""
    with database.writing(TOWN.scope) as session:
        service.protect_household(session, case_id=case.id, reason="本人の申出", by=by, at=now())


def keep_away(
    database: Database,
    case: Case,
    *,
    by: Actor,
    kind: NeverMeetKind = NeverMeetKind.ACCOUNT,
    **told: Any,
) -> str:
    """Write down whom or what the person of a case must never meet; by default an account."""
    with database.writing(TOWN.scope) as session:
        return service.add_never_meet(
            session,
            case_id=case.id,
            kind=kind,
            **told,
            by=by,
            at=now(),
        )


def sees(database: Database, actor: Actor, case: Case) -> bool:
    """Whether somebody finds a case, counts it, or reaches its person."""
    with database.reading(actor.scope) as session:
        found = queries.find_case_id(session, case.number, scope=actor.scope)
        counted = queries.count_cases(session, asked=queries.CaseFilter(), scope=actor.scope)
        assert bool(found) == bool(counted), "what is counted and what is found differ"
        return found is not None
