"""Who looks after a host: to whom a notice about it goes, and in whose name it is written to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.accounts.vocabulary import Right, Role
from app.outbox.vocabulary import Draft, Sender
from app.resources.engine.asking_words import Words

_TITLE_MOST = 120
"""A name of a host may be longer than a title."""


class Account(Protocol):
    """What is asked of an account."""

    id: int
    display_name: str
    organisation: str

    @property
    def role_set(self) -> frozenset[Role]:
        """What it may do."""

    @property
    def right_set(self) -> frozenset[Right]:
        """What else it may do."""


@dataclass(frozen=True)
class Worker:
    """An account that is in use."""

    id: int
    name: str
    organisation: str
    roles: frozenset[Role]
    rights: frozenset[Right]


@dataclass(frozen=True)
class Notice:
    """What is said inside the product: of equal `key` only the first is ever said. `link` is where it leads."""

    words: Words
    purpose: str
    key: str
    link: str


def workers_of(accounts: Iterable[Account]) -> list[Worker]:
    """Return the accounts as this module knows them."""
    return [
        Worker(each.id, each.display_name, each.organisation, each.role_set, each.right_set)
        for each in accounts
    ]


def keepers_of(keeper_id: int | None, workers: Sequence[Worker], needs_right: Right | None) -> list[Worker]:
    """Return who looks after a host that names one keeper or none; all coordinators where nobody does, or may. `needs_right` is what it takes to see it."""
    allowed = [worker for worker in workers if needs_right is None or needs_right in worker.rights]
    own = [worker for worker in allowed if worker.id == keeper_id]
    return own or [worker for worker in allowed if Role.COORDINATOR in worker.roles]


def sender_for(keepers: Sequence[Worker], workers: Sequence[Worker]) -> Sender:
    """Return in whose name a host is written to: its keepers, else any coordinator; a person where there is one alone."""
    coordinators = [worker for worker in workers if Role.COORDINATOR in worker.roles]
    who = next(iter((*keepers, *coordinators)), None)
    if who is None:
        return Sender(organisation="参加支援の窓口")
    person = who.name if len(keepers) == 1 else ""
    return Sender(organisation=who.organisation, unit="参加支援の担当", person=person)


def draft_to(worker: Worker, notice: Notice, *, subject: tuple[str, str], on: date) -> Draft:
    """Return a notice to one account about a subject (kind, key)."""
    return Draft(
        purpose=notice.purpose,
        subject_kind=subject[0],
        subject_id=subject[1],
        dedup_key=notice.key,
        title=notice.words.title[:_TITLE_MOST],
        paragraphs=notice.words.paragraphs,
        due_on=on,
        sender=Sender(organisation="つなぎ"),
        account_id=worker.id,
        link=notice.link,
    )
