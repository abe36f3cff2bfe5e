"""How the demo town's menu grows: leads with their talks, all invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.queries import get_district_ids
from app.development.service import leads
from app.development.vocabulary.leads import (
    ContactWay,
    DeclineReason,
    LeadFacts,
    LeadOrigin,
    LeadState,
    Proposal,
    Side,
    Step,
    Talk,
    Wanted,
)
from app.operations.demo.lives import Workers
from app.operations.demo.residents import seed_notices, seed_offers
from app.operations.demo.steps import Step as Progress
from app.resources.engine.traits import TakingPart, slot_bit
from app.resources.queries.hosts import list_active_hosts
from app.resources.vocabulary import DayPart

_AM, _PM = DayPart.MORNING, DayPart.AFTERNOON


@dataclass(frozen=True)
class _Said:
    """A talk so many days ago; a promise lies so many days from today."""

    days_ago: int
    way: ContactWay
    words: str
    promise: str = ""
    promised_in: int | None = None


@dataclass(frozen=True)
class _Lead:
    """A lead of the demo: found so many days ago, talked with, and where it stands."""

    keeper: str
    days_ago: int
    organisation: str
    trade: str
    district: str
    origin: LeadOrigin
    introduced_by: str
    wanted: Wanted
    proposal: Proposal
    talks: tuple[_Said, ...] = ()
    state: LeadState | None = None
    next_step: str = ""
    next_in: int | None = None
    host: str = ""


def _slots(*when: tuple[int, DayPart]) -> int:
    return sum(slot_bit(day, part) for day, part in when)


_LEADS = (
    _Lead(
        "hamaoka",
        40,
        "みなと食堂 まるは",
        "食堂",
        "湊",
        LeadOrigin.FIELD,
        "湊の民生委員協議会",
        Wanted(
            frozenset({TakingPart.TRIAL, TakingPart.ROLE}), _slots((1, _AM), (3, _AM)), "開店前の静かな時間"
        ),
        Proposal(
            "箸と手ふきのセット",
            ("箸を袋に入れる", "手ふきをそえる", "箱に10こずつ並べる"),
            "店の奥の座敷",
            1,
            1,
            1,
        ),
        (
            _Said(33, ContactWay.PHONE, "開店前なら話を聞ける、とのこと。", "店を見に行く", -26),
            _Said(
                26,
                ContactWay.VISIT,
                "座敷を見せてもらった。静かで日当たりがよい。「教えるのが上手でない」と心配していた。",
                "提案書を持って行く",
                0,
            ),
        ),
        LeadState.VISITED,
    ),
    _Lead(
        "hamaoka",
        25,
        "城山の本なおし工房",
        "製本・修理",
        "城山",
        LeadOrigin.RULE,
        "瀬凪市立図書館",
        Wanted(
            frozenset({TakingPart.TRIAL, TakingPart.WORK}), _slots((2, _PM)), "人とのやり取りが少ない仕事"
        ),
        Proposal(
            "本の汚れおとし",
            ("ページをめくって見る", "消しゴムでこする", "紙やすりで小口をととのえる"),
            "工房の2階",
            1,
            1,
            1,
        ),
        (_Said(12, ContactWay.VISIT, "作業は一人でできる。夏は暑いので扇風機がほしい。", "返事を聞く", 3),),
        LeadState.PROPOSED,
    ),
    _Lead(
        "kikuno",
        18,
        "野々瀬のお茶 やまべ園",
        "農家",
        "野々瀬",
        LeadOrigin.FIELD,
        "直売所の会",
        Wanted(frozenset({TakingPart.BEING, TakingPart.ROLE}), _slots((0, _AM), (4, _AM)), "送り迎えがある"),
        Proposal(),
        (_Said(9, ContactWay.PHONE, "摘み取りのあとなら人手がほしい。", "茶摘みの後に電話する", -2),),
    ),
    _Lead(
        "izumori",
        60,
        "みずき台クリーニング",
        "クリーニング店",
        "みずき台",
        LeadOrigin.MAP,
        "",
        Wanted(frozenset({TakingPart.WORK}), _slots((0, _PM), (2, _PM), (4, _PM)), "みずき台の中の働く場"),
        Proposal("ハンガーの仕分け", ("種類で分ける", "10本ずつ束ねる"), "店の裏", 2, 1, 2),
        (_Said(50, ContactWay.VISIT, "奥さんの体調が悪く、いまは余裕がない。来年の春にまた、とのこと。"),),
        LeadState.LATER,
    ),
    _Lead(
        "izumori",
        75,
        "川東ロジセンター",
        "倉庫",
        "川東",
        LeadOrigin.MEETING,
        "商工会議所",
        Wanted(frozenset({TakingPart.WORK}), None, "週1回・短い時間の仕事"),
        Proposal(),
        (_Said(70, ContactWay.MEETING, "1日6時間からでないと難しい、安全の決まりがある。"),),
        LeadState.DECLINED,
    ),
    _Lead(
        "hamaoka",
        120,
        "山の口きのこ舎",
        "農家",
        "奥谷",
        LeadOrigin.FIELD,
        "農協の青年部",
        Wanted(
            frozenset({TakingPart.TRIAL, TakingPart.WORK}), _slots((1, _AM), (3, _AM)), "車で送ってもらえる"
        ),
        Proposal(
            "きのこの石づき切り",
            ("かごから出す", "根元をはさみで切る", "パックにのせる"),
            "作業小屋",
            1,
            1,
            2,
        ),
        (
            _Said(110, ContactWay.VISIT, "畑より作業小屋がよい。冬も暖かい。"),
            _Said(95, ContactWay.VISIT, "まず見学から、で話がまとまった。"),
        ),
        LeadState.OPENED,
        host="山の口きのこ舎",
    ),
    _Lead(
        "sunaga",
        4,
        "団地集会所の運営委員会",
        "自治会",
        "みずき台",
        LeadOrigin.MAP,
        "公民館",
        Wanted(
            frozenset({TakingPart.BEING}),
            _slots(
                (5, _PM),
            ),
            "土曜に開いている居場所",
        ),
        Proposal(),
        next_step="委員長に電話する",
        next_in=1,
    ),
)
"""Seven; the eighth is made from an offer."""

_ENDINGS: Mapping[LeadState, Step] = {
    LeadState.DECLINED: Step(LeadState.DECLINED, DeclineReason.INSURANCE, Side.ENVIRONMENT),
}
_COMES_BACK_IN = 120


def seed_development(
    session: Session, resources: Mapping[str, int], workers: Workers, *, by: Actor, at: datetime
) -> Iterator[Progress]:
    """Put in leads, what residents sent, and what became of it; `resources` gives keys by published id."""
    districts = get_district_ids(session, scope=by.scope)
    for done, lead in enumerate(_LEADS, start=1):
        _open_lead(session, lead, workers[lead.keeper], districts, at)
        yield Progress("開拓メモ", done, len(_LEADS))
    seed_offers(session, districts, workers["kikuno"], by=by, at=at)
    yield Progress("申し出と担い手", 1, 1)
    seed_notices(session, min(resources.values(), default=None), workers["shirosaki"], by=by, at=at)
    yield Progress("住民の気づき", 1, 1)


def _open_lead(
    session: Session, lead: _Lead, keeper: Actor, districts: Mapping[str, int], at: datetime
) -> None:
    def ago(days: int) -> datetime:
        return at - timedelta(days=days)

    lead_id = leads.open_lead(
        session,
        organisation=lead.organisation,
        wanted=lead.wanted,
        facts=LeadFacts(
            trade=lead.trade,
            district_id=districts.get(lead.district),
            origin=lead.origin,
            introduced_by=lead.introduced_by,
            owner_id=keeper.account_id,
            next_step=lead.next_step,
            next_on=_in(at, lead.next_in),
        ),
        proposal=lead.proposal,
        by=keeper,
        at=ago(lead.days_ago),
    )
    for said in lead.talks:
        talk = Talk(ago(said.days_ago).date(), said.way, said.words, said.promise, _in(at, said.promised_in))
        leads.log_contact(session, lead_id=lead_id, talk=talk, by=keeper, at=ago(said.days_ago))
    if lead.state is None:
        return
    last = at - timedelta(days=min((said.days_ago for said in lead.talks), default=0))
    step = _ENDINGS.get(lead.state) or Step(lead.state)
    if lead.state is LeadState.LATER:
        step = Step(lead.state, back_on=_in(at, _COMES_BACK_IN))
    hosts = {host.name: host.id for host in list_active_hosts(session, scope=keeper.scope)}
    leads.move_lead(session, lead_id=lead_id, step=step, host_id=hosts.get(lead.host), by=keeper, at=last)


def _in(at: datetime, days: int | None) -> date | None:
    return None if days is None else at.date() + timedelta(days=days)
