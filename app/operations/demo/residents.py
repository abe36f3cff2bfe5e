"""What residents of the demo town send, and what becomes of it, all invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Role
from app.development.queries import residents as queries
from app.development.queries.residents import OfferFilter
from app.development.service import notices, offers, sending
from app.development.vocabulary.residents import Contact, NoticeContent, NoticeTopic, OfferContent, OfferKind

_OFFERS = (
    (
        2,
        OfferKind.PLACE,
        "湊",
        "使っていない2階の6畳間があります。週に1日なら開けられます。",
        "南波 とし江",
        "水曜の昼間",
        4,
    ),
    (1, OfferKind.HANDS, "岬", "釣りの道具の手入れを教えられます。話し好きです。", "灘井 勝", "雨の日", 0),
    (6, OfferKind.THINGS, "城山", "将棋盤が5面と、駒があります。使ってください。", "古庄 晴彦", "", 0),
    (9, OfferKind.JOB, "川西", "春に苗のラベル書きがたくさんあります。", "畑中 みつ", "2月から4月", 3),
    (200, OfferKind.OTHER, "中央", "会社の見学会をしています。", "市村 健吾", "", 0),
)

_HELPERS = (
    (
        300,
        OfferKind.HANDS,
        "中央",
        "パソコンの初歩を、となりに座って教えます。",
        "長浜 由紀夫",
        "火・木の午後",
        10,
    ),
    (
        260,
        OfferKind.HANDS,
        "みずき台",
        "軽トラックで、荷物や人の送り迎えができます。",
        "芝崎 茂",
        "平日の午前",
        31,
    ),
    (190, OfferKind.PLACE, "野々瀬", "納屋を片づけたので、作業場に使えます。", "山辺 久子", "農閑期", 31),
    (150, OfferKind.HANDS, "磯浜", "干物づくりを一緒にできます。", "磯貝 千代", "月2回", 32),
    (80, OfferKind.HANDS, "城山", "囲碁と、静かな話し相手。", "古川 正一", "土曜", 32),
    (
        30,
        OfferKind.JOB,
        "川東",
        "花の水やりを30分お願いできます。お礼は花の苗です。",
        "花岡 芽衣",
        "夏の朝",
        127,
    ),
)

_NOTICES = (
    (
        3,
        NoticeTopic.UNSURE,
        "新聞が4日ほどたまっている家があります。夜は明かりがつきます。",
        "古城町の石段の上のほう",
    ),
    (
        8,
        NoticeTopic.CHILDREN,
        "平日の昼間に、小学生くらいの子が一人で公園にいます。声をかけると笑ってくれます。",
        "みずき台の中央公園",
    ),
    (
        20,
        NoticeTopic.AGE,
        "ごみの日をまちがえることが増えた方がいます。あいさつはしてくれます。",
        "磯浜の坂の下",
    ),
    (5, NoticeTopic.PLACE, "行ってみたら、先月で終わったと貼り紙がありました。", ""),
)


def seed_offers(
    session: Session, districts: Mapping[str, int], keeper: Actor, *, by: Actor, at: datetime
) -> None:
    """Send the offers, and let the keeper do with them what is done in a town."""
    made = [
        (row, _send_offer(session, number, row, districts, by, at))
        for number, row in enumerate((*_OFFERS, *_HELPERS))
    ]
    ids = _ids_of_offers(session, keeper)
    _, _, called, led, declined = (ids[receipt] for _, receipt in made[: len(_OFFERS)])
    offers.note_offer_contacted(session, offer_id=called, by=keeper, at=at - timedelta(days=5))
    offers.make_lead(session, offer_id=led, by=keeper, at=at - timedelta(days=7))
    offers.decline_offer(session, offer_id=declined, by=keeper, at=at - timedelta(days=190))
    for row, receipt in made[len(_OFFERS) :]:
        offers.make_helper(
            session, offer_id=ids[receipt], by=keeper, at=at - timedelta(days=row[0]) + timedelta(days=2)
        )


def _ids_of_offers(session: Session, keeper: Actor) -> dict[str, str]:
    found = queries.list_offers(session, OfferFilter(with_closed=True), most=100, scope=keeper.scope)
    return {offer.receipt: offer.id for offer in found}


def _send_offer(
    session: Session,
    number: int,
    row: tuple[int, OfferKind, str, str, str, str, int],
    districts: Mapping[str, int],
    by: Actor,
    at: datetime,
) -> str:
    days, what, district, words, name, when, weekdays = row
    return sending.send_offer(
        session,
        what=what,
        district_id=districts.get(district),
        content=OfferContent(
            words=words,
            # Numbers of this kind cannot ring.
            contact=Contact(name, f"090-0000-{number:04}"),
            when=when,
            weekdays=weekdays,
        ),
        may_be_contacted=True,
        address_digest=f"demo offer {number}",
        by=by,
        at=at - timedelta(days=days, hours=3),
    ).number


_WINDOWS = {
    NoticeTopic.AGE: "中央福祉相談センター",
    NoticeTopic.DISABILITY: "中央福祉相談センター",
    NoticeTopic.CHILDREN: "こども家庭課",
    NoticeTopic.POVERTY: "生活支援課",
}


def seed_notices(
    session: Session, resource_id: int | None, window: Actor, *, by: Actor, at: datetime
) -> None:
    """Name the windows of the town, send the notices, and let one window see to one of them."""
    for topic, organisation in _WINDOWS.items():
        notices.change_window(
            session,
            topic=topic,
            role=Role.REFERRER,
            organisation=organisation,
            by=by,
            at=at - timedelta(days=90),
        )
    for number, (days, topic, words, where) in enumerate(_NOTICES):
        sending.send_notice(
            session,
            topic=topic,
            content=NoticeContent(words, where),
            resource_id=resource_id,
            address_digest=f"demo notice {number}",
            by=by,
            at=at - timedelta(days=days, hours=2),
        )
    taken = next(
        notice
        for notice in queries.list_notices(session, with_closed=False, most=10, scope=window.scope)
        if notice.topic is NoticeTopic.AGE
    )
    moment = at - timedelta(days=18)
    notices.take_notice(session, notice_id=taken.id, by=window, at=moment)
    notices.close_notice(
        session,
        notice_id=taken.id,
        words="包括の訪問の日に立ち寄り、ごみの日の大きな表をいっしょに貼った。",
        by=window,
        at=moment + timedelta(days=3),
    )
