"""The people of the demo town and their cases, told through the services that a town uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.accounts.queries import get_actor, list_demo_accounts
from app.accounts.service import join_team, leave_team
from app.accounts.vocabulary import Actor, Role
from app.areas.queries import get_district_ids
from app.cases import service as cases
from app.cases.queries import find_basis
from app.cases.vocabulary import BasisKind, CaseStory, ClosingReason, PlanText, Referral, ReferralRoute
from app.clock import TOKYO
from app.operations.demo.files import TownFiles
from app.operations.demo.steps import Step
from app.people.vocabulary import ConsentWay, Identity, NeverMeetKind

_ROUTES = {
    "本人来所": ReferralRoute.SELF_VISIT,
    "本人電話・メール": ReferralRoute.SELF_CALL,
    "家族・知人": ReferralRoute.FAMILY,
    "居場所・地域活動": ReferralRoute.PLACE,
    "受け入れ先": ReferralRoute.HOST,
    "住民の気づき": ReferralRoute.RESIDENT,
    "アウトリーチ": ReferralRoute.OUTREACH,
    "関係機関紹介": ReferralRoute.AGENCY,
}
_WAYS = {"署名": ConsentWay.SIGNED, "口頭": ConsentWay.SPOKEN}
_ENDINGS = {
    "目標達成": ClosingReason.GOAL,
    "つなぎ": ClosingReason.HANDED_ON,
    "本人の希望": ClosingReason.OWN_WISH,
    "転居": ClosingReason.MOVED,
    "連絡途絶": ClosingReason.LOST_CONTACT,
}


@dataclass(frozen=True)
class SeededCase:
    """A case as it was put in: its id, its number in the file, and who stands by it."""

    case_id: str
    number: str
    person_number: str
    owner: Actor
    opened_on: date


@dataclass(frozen=True)
class _Members:
    """The team as the file has it: who, from when, until when."""

    rows: tuple[tuple[str, date, date | None], ...]

    @classmethod
    def read(cls, text: str) -> _Members:
        rows = []
        for piece in filter(None, text.split(";")):
            login, _, period = piece.partition(":")
            since, _, until = period.partition("~")
            rows.append((login, date.fromisoformat(since), date.fromisoformat(until) if until else None))
        return cls(tuple(rows))


class Workers:
    """The accounts of the demo as actors of the product's own work: it acts in their name, on the whole town."""

    def __init__(self, session: Session, by: Actor, *, on: date) -> None:
        accounts = list_demo_accounts(session)
        self._actors = {
            account.login_name: replace(get_actor(session, account.id, on=on), reason=by.reason)
            for account in accounts
        }

    def __getitem__(self, login_name: str) -> Actor:
        """Return the actor of a login name; raise `KeyError` when the demo has none."""
        return self._actors[login_name]

    def officer(self) -> Actor:
        """Return somebody who decides for the city."""
        return next(actor for actor in self._actors.values() if actor.holds(Role.CITY_OFFICER))


def seed_cases(
    session: Session,
    files: TownFiles,
    workers: Workers,
    seeded: dict[str, SeededCase],
    *,
    by: Actor,
    at: datetime,
) -> Iterator[Step]:
    """Open the cases, plan and decide, protect, close; `seeded` collects them by the number of the person."""
    persons = {row["台帳番号"]: row for row in files.rows("persons.csv")}
    districts = get_district_ids(session, scope=by.scope)
    codes = {row["圏域コード"]: districts.get(row["圏域"]) for row in files.rows("districts.csv")}
    rows = files.rows("cases.csv")
    first_of_household: dict[str, str] = {}
    for done, row in enumerate(rows, start=1):
        person = persons[row["台帳番号"]]
        case = _open(session, row, person, first_of_household, workers, at)
        seeded[row["台帳番号"]] = case
        _place(session, case, codes.get(row["圏域コード"]), row["出発地のメッシュ"], at)
        _decide(session, case, row, workers, at)
        yield Step("ケース", done, len(rows))
    for row in rows:
        _protect(session, seeded[row["台帳番号"]], row, seeded, at)
        _close(session, seeded[row["台帳番号"]], row, at)


def _open(
    session: Session,
    row: Mapping[str, str],
    person: Mapping[str, str],
    first_of_household: dict[str, str],
    workers: Workers,
    at: datetime,
) -> SeededCase:
    members = _Members.read(row["チーム"])
    login, opened_on, _ = members.rows[0]
    owner = workers[login]
    story = CaseStory(
        wish=row["本人の言葉"], strengths=person["強み"], mind=row["わからないこと"].replace(";", "、")
    )
    if row["支援の形"] == "プランを作らない参加":
        case = cases.open_light_case(
            session,
            nickname=row["呼び名"] or "なぎさん",
            wish=story.wish,
            place="",
            follow_up_on=max(_day(row["次の約束日"]) or opened_on, opened_on),
            mind=story.mind,
            opened_on=opened_on,
            by=owner,
            at=at,
        )
    else:
        case = cases.open_case(
            session,
            identity=_identity(row, person),
            route=_ROUTES.get(row["経路"], ReferralRoute.OTHER),
            story=story,
            referral=Referral(sender=row["紹介元"], asked="", alias=""),
            consent_way=_consent_way(row["同意"]),
            household_of=first_of_household.get(person["世帯番号"]),
            opened_on=opened_on,
            by=owner,
            at=at,
        )
        first_of_household.setdefault(person["世帯番号"], case.person_id)
    for other, since, _ in members.rows[1:]:
        join_team(session, team_id=case.team_id, account_id=_id(workers[other]), since=since, by=owner, at=at)
    for other, _, until in members.rows:
        if until:
            # It ended then, not now.
            ended_at = datetime.combine(until, time(17), TOKYO)
            leave_team(session, team_id=case.team_id, account_id=_id(workers[other]), by=owner, at=ended_at)
    return SeededCase(case.id, row["ケース番号"], row["台帳番号"], owner, opened_on)


def _identity(row: Mapping[str, str], person: Mapping[str, str]) -> Identity:
    # An alias must not tell the name: the demo's people without a nickname are called by the colour of a card.
    colours = ("みどり", "あお", "きいろ", "しろ", "だいだい", "むらさき", "もも", "そら", "わかくさ", "はい")
    number = int(person["台帳番号"].rpartition("-")[2])
    return Identity(
        name=person["氏名"],
        kana=person["カナ"],
        alias=row["呼び名"] or f"{colours[number % 10]}の{number}さん",
        birth_date=_day(person["生年月日"]),
        address=person["住所"],
        phone=person["電話"],
        note=person["世帯"],
    )


def _place(session: Session, case: SeededCase, district_id: int | None, mesh: str, at: datetime) -> None:
    if district_id or mesh:
        cases.place_case(
            session,
            case_id=case.case_id,
            counting_area_id=district_id,
            origin_mesh=mesh or None,
            by=case.owner,
            at=at,
        )


def _decide(
    session: Session, case: SeededCase, row: Mapping[str, str], workers: Workers, at: datetime
) -> None:
    if row["早期開始の確認期限"]:
        # Recorded on the day on which it began, since the date by which it is confirmed is checked against that day.
        confirm_by = date.fromisoformat(row["早期開始の確認期限"])
        began = max(case.opened_on, confirm_by - timedelta(days=14))
        cases.record_basis(
            session,
            case_id=case.case_id,
            kind=BasisKind.EARLY,
            reason=row["早期開始の理由"],
            confirm_by=confirm_by,
            by=case.owner,
            at=min(datetime.combine(began, time(10), TOKYO), at),
        )
    decided_on = _day(row["支援決定日"])
    if decided_on and row["支援の形"] != "プランを作らない参加":
        text = PlanText(
            goals=row["いま望む参加"].replace(";", "、"),
            offer=f"{row['目的と重み'].partition(':')[0]}につながる場を、{row['頻度の希望'] or '本人の調子に合わせて'}",
            roles="担当が月に一度、本人と受け入れ先の話を聞く",
        )
        cases.write_plan(session, case_id=case.case_id, text=text, by=case.owner, at=at)
        cases.submit_plan(session, case_id=case.case_id, by=case.owner, at=at)
        cases.decide_plan(
            session,
            case_id=case.case_id,
            decided_on=decided_on,
            by=workers.officer(),
            at=min(datetime.combine(decided_on, time(15), TOKYO), at),
        )


def _protect(
    session: Session, case: SeededCase, row: Mapping[str, str], seeded: Mapping[str, SeededCase], at: datetime
) -> None:
    if row["支援措置"] == "1":
        cases.protect_household(
            session, case_id=case.case_id, reason="支援措置の申出", since=case.opened_on, by=case.owner, at=at
        )
    for other in filter(None, row["会ってはいけない相手"].split(";")):
        if other in seeded:
            cases.add_never_meet(
                session,
                case_id=case.case_id,
                kind=NeverMeetKind.OTHER_PERSON,
                name="同じ町の知り合い",
                other_number=seeded[other].number,
                by=case.owner,
                at=at,
            )


def _close(session: Session, case: SeededCase, row: Mapping[str, str], at: datetime) -> None:
    closed_on, reason = _day(row["終結日"]), _ENDINGS.get(row["終結の理由"])
    if closed_on and reason and find_basis(session, case.case_id, on=closed_on, scope=case.owner.scope):
        cases.close_case(
            session,
            case_id=case.case_id,
            reason=reason,
            note=row["その後の連絡"] or "電話と手紙で連絡を続けたが、返事がなかった。",
            closed_on=min(closed_on, at.date()),
            by=case.owner,
            at=at,
        )


def _consent_way(text: str) -> ConsentWay | None:
    if not text:
        return None
    return _WAYS.get(text.split(";")[0].rpartition(">")[2], ConsentWay.BY_REPRESENTATIVE)


def _id(actor: Actor) -> int:
    assert actor.account_id is not None
    return actor.account_id


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
