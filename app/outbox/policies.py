"""Rules of sending, pure: which way, when again, and what an address may look like."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.outbox.vocabulary import Channel, ChannelReason, Draft, MailTrouble

WAITS: Final = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long after each failure a mail is tried again; after the last one it has failed."""

MOST_ATTEMPTS: Final = len(WAITS) + 1

_FINAL: Final = frozenset({MailTrouble.ADDRESS_REFUSED, MailTrouble.UNFIT, MailTrouble.EXPIRED})

LONGEST_TITLE = 120
LONGEST_ADDRESS = 254
LONGEST_ADDRESSEE = 120

# Plain ASCII addresses only: others need a server that speaks SMTPUTF8, and a typing slip is likelier.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_WORD: Final = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")


@dataclass(frozen=True)
class Choice:
    """A channel and why it was chosen."""

    channel: Channel
    reason: ChannelReason


def choose_channel(
    *, has_account: bool, mail_address: str, prefers_letter: bool, has_mail_server: bool
) -> Choice:
    """Choose the way: who has an account is told there; a mail where that can work; a letter for everybody else."""
    if has_account:
        return Choice(Channel.IN_APP, ChannelReason.HAS_ACCOUNT)
    if prefers_letter:
        return Choice(Channel.LETTER, ChannelReason.PREFERS_LETTER)
    if not mail_address:
        return Choice(Channel.LETTER, ChannelReason.NO_MAIL_ADDRESS)
    if not is_mail_address(mail_address):
        return Choice(Channel.LETTER, ChannelReason.UNUSABLE_MAIL_ADDRESS)
    if not has_mail_server:
        return Choice(Channel.LETTER, ChannelReason.NO_MAIL_SERVER)
    return Choice(Channel.MAIL, ChannelReason.HAS_MAIL_ADDRESS)


def is_mail_address(text: str) -> bool:
    """Tell whether a mail can be sent to this address as it stands: one address, nothing around it."""
    local, _, _ = text.partition("@")
    return len(text) <= LONGEST_ADDRESS and len(local) <= 64 and _ADDRESS.fullmatch(text) is not None


def next_try(attempts: int, trouble: MailTrouble, *, at: datetime) -> datetime | None:
    """Return when a mail that failed is tried again, None when it has failed for good.

    An address that the server knows not to exist does not come to exist within hours.
    """
    if trouble in _FINAL or attempts > len(WAITS):
        return None
    return at + WAITS[max(attempts, 1) - 1]


def on_one_line(text: str) -> str:
    """Return a text without line breaks and invisible signs, as a header or a title has to be."""
    lines = (
        "".join(sign for sign in line if unicodedata.category(sign)[0] != "C") for line in text.splitlines()
    )
    return " ".join(part for part in (line.strip() for line in lines) if part)


def without_controls(text: str) -> str:
    """Return a text whose only invisible signs are its line breaks: no font has a picture for the others."""
    return "\n".join(
        "".join(sign for sign in line if unicodedata.category(sign)[0] != "C") for line in text.splitlines()
    )


def draft_problem(draft: Draft) -> str | None:
    """Say for the programmer who wrote the upper slice why a draft is not taken, None when it is."""
    problems = {
        "the purpose is a word such as host.confirm": _WORD.fullmatch(draft.purpose) is not None
        and len(draft.purpose) <= 60,
        "the subject is a word and an id": _WORD.fullmatch(draft.subject_kind) is not None
        and 0 < len(draft.subject_id) <= 40,
        "the key is 1 to 120 characters": 0 < len(draft.dedup_key) <= 120,
        "there is a title of at most 120 characters": 0 < len(on_one_line(draft.title)) <= LONGEST_TITLE,
        "there is something to say": any(part.strip() for part in draft.paragraphs),
        "an addressee or an account": (draft.account_id is None) == bool(on_one_line(draft.addressee)),
        "the addressee has at most 120 characters": len(draft.addressee) <= LONGEST_ADDRESSEE,
        "the link is a path of ours": not draft.link or _is_path(draft.link),
    }
    return next((problem for problem, holds in problems.items() if not holds), None)


def _is_path(link: str) -> bool:
    # A second slash would name another host; a control sign could end the line.
    return re.fullmatch(r"/(?!/)[A-Za-z0-9/_.~?=&%-]*", link) is not None
