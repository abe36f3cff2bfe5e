"""The daily work that keeps confirmations fresh: hosts are asked, reminded, and told when an opening has left.

A signed link and the delivery that carries it are made in one step, and the link before ends with it; see
`docs/decisions/0017-asking-hosts.md`. What a confirmation has made needless is withdrawn within half a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.policies import LINK_LASTS
from app.accounts.queries import list_links, list_open_accounts
from app.accounts.service import issue_link
from app.accounts.vocabulary import Actor, Right, Role, Scope
from app.clock import TOKYO
from app.crypto.tokens import fingerprint
from app.db.database import Database
from app.jobs.service.duties import Duty
from app.jobs.service.working import Errand
from app.outbox.queries import DeliveryAbout, list_deliveries_about, list_unrestricted_ids
from app.outbox.service.queueing import queue_delivery
from app.outbox.service.tending import restrict_deliveries, withdraw_delivery
from app.outbox.vocabulary import DeliveryState, Draft, Sender
from app.resources.engine.asking import DAYS_BETWEEN, Asked, AskStep, due_step, may_ask
from app.resources.engine.asking_words import Words, call_words, left_words, letter_words
from app.resources.engine.freshness import Freshness
from app.resources.engine.keeping import Notice, Worker, draft_to, keepers_of, sender_for, workers_of
from app.resources.queries import freshness as queries
from app.resources.queries.freshness import AskingHost, TimedOpening
from app.resources.queries.hosts import list_secret_host_ids
from app.resources.queries.places_to_check import PlaceFilter, count_places
from app.resources.service.host_letters import PURPOSE as LINK_PURPOSE
from app.resources.service.hosts import SUBJECT
from app.resources.service.keepers import tell_keepers
from app.resources.vocabulary import AskBy
from app.web.errors import Refused

_SYSTEM: Final = Actor.system("withdrawing what a confirmation has made needless")
_PURPOSES: Final = {AskStep.ASK: "host.ask", AskStep.REMIND: "host.remind", AskStep.LEFT: "host.left"}
_LEFT_NOTICE: Final = "host.left_notice"
_WEEK: Final = "places.week"
_WENT_OUT: Final = (DeliveryState.SENT, DeliveryState.PRINTED)
_BY_A_PERSON: Final = (AskBy.PHONE, AskBy.VISIT)

LEFT_OF_LINK: Final = timedelta(days=14)
"""So long a link must still work when its letter is printed; what waits longer is made anew."""


@dataclass
class _Past:
    """What a host was told before."""

    rows: list[DeliveryAbout] = field(default_factory=list)
    asked_on: date | None = None

    def note(self, day: date) -> None:
        self.asked_on = max(self.asked_on or day, day)

    @property
    def told(self) -> set[str]:
        """The words that went out or wait to; what was withdrawn was never said."""
        return {_word(row) for row in self.rows if row.state is not DeliveryState.WITHDRAWN}

    def turn(self, word: str) -> int:
        """How often a word was taken back before."""
        return sum(_word(row) == word for row in self.rows)


def ask_hosts(session: Session, *, by: Actor, at: datetime) -> int:
    """Ask, remind and tell the hosts for whom it is time; return how many heard from us. Runs under a system scope."""
    withdraw_needless(session, delivery_ids=list_needless(session, by=by, at=at), by=by, at=at)
    hosts = queries.list_asking_hosts(session, on=at.date(), scope=by.scope)
    accounts = workers_of(list_open_accounts(session))
    past = _past(session, [asking.host.id for asking in hosts], by, at)
    return sum(_tell(session, asking, past[asking.host.id], accounts, by, at) for asking in hosts)


def tell_week_of_places(session: Session, *, by: Actor, at: datetime) -> int:
    """Tell those who keep the community's places how many want to be looked at this week; return how many were told.

    On the first day of a week on which this runs, whichever that is.
    """
    today = at.date()
    week = today.isocalendar()
    until = today + timedelta(days=7 - week.weekday)
    told = 0
    counts: dict[bool, int] = {}
    for account in workers_of(list_open_accounts(session)):
        if Role.COMMUNITY not in account.roles:
            continue
        sees_refuges = Right.PLACE_IN_REFUGE in account.rights
        if sees_refuges not in counts:
            scope = Scope(account.id, account.roles, account.rights, on=today)
            counts[sees_refuges] = count_places(
                session, PlaceFilter(), on=today, until=until, scope=scope
            ).total
        if not counts[sees_refuges]:
            continue
        words = Words(
            f"今週 確かめる場所 {counts[sees_refuges]}件",
            (
                "確認の時期が来た場所や、まだ確かめていない場所です。「確かめる予定」の画面に、圏域ごとに並んでいます。",
            ),
        )
        key = f"{_WEEK}:{account.id}:{week.year}-{week.week:02}"
        notice = Notice(words, _WEEK, key, "/confirmations?what=place")
        draft = draft_to(account, notice, subject=("account", str(account.id)), on=at.date())
        told += queue_delivery(session, draft=draft, by=by, at=at) is not None
    return told


def keep_fresh(session: Session, *, by: Actor, at: datetime) -> int:
    """Do the day's work; return how many hosts and workers were told something."""
    return ask_hosts(session, by=by, at=at) + tell_week_of_places(session, by=by, at=at)


def list_needless(session: Session, *, by: Actor, at: datetime) -> list[str]:
    """Return the letters and mails that wait though nobody need read them: all is confirmed, or their link is over."""
    purposes = [*_PURPOSES.values(), LINK_PURPOSE]
    rows = list_deliveries_about(
        session, purposes=purposes, subject_kind=SUBJECT, only_open=True, scope=by.scope
    )
    if not rows:
        return []
    host_ids = sorted({int(row.subject_id) for row in rows})
    states = {
        asking.host.id: asking.state
        for asking in queries.list_asking_hosts(session, on=at.date(), host_ids=host_ids, scope=by.scope)
    }
    links = {
        link.token_hash: link.expires_at
        for link in list_links(session, subject_kind=SUBJECT, subject_ids=host_ids, since=at - LINK_LASTS)
        if link.ended_at is None and link.expires_at > at
    }
    return [row.id for row in rows if not _is_wanted(row, states.get(int(row.subject_id)), links, at)]


def withdraw_needless(session: Session, *, delivery_ids: Sequence[str], by: Actor, at: datetime) -> int:
    """Withdraw deliveries, passing over what is being sent at this moment; return how many."""
    done = 0
    for delivery_id in delivery_ids:
        try:
            withdraw_delivery(session, delivery_id=delivery_id, by=by, at=at)
        except Refused:
            continue
        done += 1
    return done


def list_exposed(session: Session, *, by: Actor) -> list[str]:
    """Return the deliveries about hosts whose places have all become secret, which everybody in the office can read."""
    secret = list_secret_host_ids(session, scope=by.scope)
    return list_unrestricted_ids(
        session, subject_kind=SUBJECT, subject_ids=[str(host_id) for host_id in secret], scope=by.scope
    )


class OpenRequests:
    """Looks after the requests that wait to go out."""

    def make_round(self, database: Database, at: datetime) -> int:
        """Withdraw what has become needless at a moment; return how many."""
        with database.reading(_SYSTEM.scope) as session:
            # Looking takes no lock; only a find is worth the writer's.
            needless = list_needless(session, by=_SYSTEM, at=at)
            exposed = list_exposed(session, by=_SYSTEM)
        if not needless and not exposed:
            return 0
        with database.writing(_SYSTEM.scope) as session:
            exposed = list_exposed(session, by=_SYSTEM)
            restrict_deliveries(session, delivery_ids=exposed, right=Right.PLACE_IN_REFUGE, by=_SYSTEM, at=at)
            needless = list_needless(session, by=_SYSTEM, at=at)
            return withdraw_needless(session, delivery_ids=needless, by=_SYSTEM, at=at)


def _is_wanted(
    row: DeliveryAbout, state: Freshness | None, links: Mapping[str, datetime], at: datetime
) -> bool:
    expires_at = links.get(fingerprint(row.link.rpartition("/")[2]))
    if expires_at is None:
        return False
    if row.purpose == LINK_PURPOSE:
        # Somebody wanted this link, whatever was confirmed.
        return True
    if state is None or (row.purpose == _PURPOSES[AskStep.LEFT] and state is not Freshness.STALE):
        return False
    return expires_at > at + LEFT_OF_LINK


def _past(session: Session, host_ids: Sequence[int], by: Actor, at: datetime) -> dict[int, _Past]:
    found = {host_id: _Past() for host_id in host_ids}
    for row in list_deliveries_about(
        session,
        purposes=list(_PURPOSES.values()),
        subject_kind=SUBJECT,
        subject_ids=[str(host_id) for host_id in host_ids],
        scope=by.scope,
    ):
        past = found[int(row.subject_id)]
        past.rows.append(row)
        # A letter asks on the day on which it was printed.
        asked_at = row.done_at if row.state in _WENT_OUT and row.done_at else row.made_at
        past.note(asked_at.astimezone(TOKYO).date())
    since = at - timedelta(days=DAYS_BETWEEN + 1)
    for link in list_links(session, subject_kind=SUBJECT, subject_ids=host_ids, since=since):
        # A link that somebody handed over by hand asks as well, and must not be ended by a letter.
        found[link.subject_id].note(link.issued_at.astimezone(TOKYO).date())
    return found


def _tell(
    session: Session, asking: AskingHost, past: _Past, accounts: Sequence[Worker], by: Actor, at: datetime
) -> bool:
    openings, needs_right = _spoken_of(asking)
    asked = due_step(
        [(opening.opening_id, opening.rhythm) for opening in openings], told=past.told, on=at.date()
    )
    if asked is None:
        return False
    keepers = keepers_of(asking.host.keeper_id, accounts, needs_right)
    if asked.step is AskStep.LEFT:
        # The keeper hears of it on the day itself, whenever the host was last asked.
        gone = _notice(asking.host.id, left_words(asking.host.name), _LEFT_NOTICE, asked, turn=0)
        tell_keepers(session, host_id=asking.host.id, notice=gone, keepers=keepers, by=by, at=at)
    if not may_ask(past.asked_on, at.date()):
        return False
    waiting = [row.id for row in past.rows if row.is_open]
    if waiting and asked.step is AskStep.REMIND:
        # Nobody is reminded of a letter that was never printed.
        return False
    if withdraw_needless(session, delivery_ids=waiting, by=by, at=at) < len(waiting):
        # A mail is on its way at this moment; tomorrow is soon enough.
        return False
    turn = past.turn(asked.word)
    if asked.step is not AskStep.LEFT and asking.host.ask_by in _BY_A_PERSON and keepers:
        words = call_words(
            asking.host.name,
            asking.host.ask_by,
            asking.host.phone,
            again=asked.step is AskStep.REMIND,
        )
        call = _notice(asking.host.id, words, _PURPOSES[asked.step], asked, turn=turn)
        return tell_keepers(session, host_id=asking.host.id, notice=call, keepers=keepers, by=by, at=at)
    sender = sender_for(keepers, accounts)
    return _write_to(session, asking, openings, asked, turn, sender, needs_right, by, at)


def _write_to(
    session: Session,
    asking: AskingHost,
    openings: Sequence[TimedOpening],
    asked: Asked,
    turn: int,
    sender: Sender,
    needs_right: Right | None,
    by: Actor,
    at: datetime,
) -> bool:
    host = asking.host
    about = [
        opening
        for opening in openings
        if asked.step is not AskStep.LEFT or opening.rhythm.on(at.date()) is Freshness.STALE
    ]
    leaves = [day for opening in about if (day := opening.rhythm.leaves_on) is not None]
    words = letter_words(
        asked.step,
        [(opening.task, opening.rhythm.confirmed_on) for opening in about],
        leaves_on=min(leaves, default=None),
    )
    token = issue_link(session, subject_kind=SUBJECT, subject_id=host.id, by=by, at=at)
    draft = Draft(
        purpose=_PURPOSES[asked.step],
        subject_kind=SUBJECT,
        subject_id=str(host.id),
        dedup_key=_key(host.id, asked, turn),
        title=words.title,
        paragraphs=words.paragraphs,
        due_on=at.date(),
        sender=sender,
        addressee=host.name[:120],
        mail_address=host.email or "",
        postal_address=host.postal_address or "",
        # A mail goes to who asked for mails; an address alone is no wish.
        prefers_letter=host.ask_by is AskBy.LETTER or (bool(host.email) and host.ask_by is not AskBy.MAIL),
        link=f"/h/{token}",
        valid_until=(at + LINK_LASTS).date(),
        needs_right=needs_right,
    )
    return queue_delivery(session, draft=draft, by=by, at=at) is not None


def _spoken_of(asking: AskingHost) -> tuple[Sequence[TimedOpening], Right | None]:
    """Return the openings that may be spoken of, and the right that it takes to see it where all are secret."""
    plain = [opening for opening in asking.openings if not opening.is_refuge]
    return (plain, None) if plain else (asking.openings, Right.PLACE_IN_REFUGE)


def _notice(host_id: int, words: Words, purpose: str, asked: Asked, *, turn: int) -> Notice:
    return Notice(words, purpose, _key(host_id, asked, turn), f"/hosts/{host_id}")


def _key(host_id: int, asked: Asked, turn: int) -> str:
    return f"freshness:{host_id}:{asked.word}" + (f"+{turn}" if turn else "")


def _word(row: DeliveryAbout) -> str:
    return row.dedup_key.split(":", 2)[2].partition("@")[0].partition("+")[0]


DUTIES: Final = (Duty("resources.freshness", "受け入れ枠と場所の確認を頼む", keep_fresh),)

ERRANDS: Final = (Errand("resources.freshness", OpenRequests().make_round),)
