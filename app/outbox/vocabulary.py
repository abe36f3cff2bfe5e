"""Channels, states, and what an upper slice hands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.accounts.vocabulary import Right, Role

SENDERS = frozenset({Role.COORDINATOR, Role.COMMUNITY, Role.CITY_OFFICER})
"""Who prints letters and looks after what could not be sent."""


class Channel(StrEnum):
    """The way a delivery takes."""

    IN_APP = "in_app"
    MAIL = "mail"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"in_app": "画面のお知らせ", "mail": "メール", "letter": "手紙"}[self.value]


class ChannelReason(StrEnum):
    """Why a delivery takes its way."""

    HAS_ACCOUNT = "has_account"
    HAS_MAIL_ADDRESS = "has_mail_address"
    PREFERS_LETTER = "prefers_letter"
    NO_MAIL_ADDRESS = "no_mail_address"
    UNUSABLE_MAIL_ADDRESS = "unusable_mail_address"
    NO_MAIL_SERVER = "no_mail_server"
    CHOSEN_BY_STAFF = "chosen_by_staff"

    @property
    def label(self) -> str:
        """The reason on screen."""
        return {
            "has_account": "アカウントのある人です",
            "has_mail_address": "メールアドレスがあります",
            "prefers_letter": "手紙を希望しています",
            "no_mail_address": "メールアドレスがありません",
            "unusable_mail_address": "メールアドレスの書き方が正しくありません",
            "no_mail_server": "メールを送る設定がありません",
            "chosen_by_staff": "職員が手紙に変えました",
        }[self.value]


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "waiting": "これから",
            "sent": "送りました",
            "printed": "印刷しました",
            "failed": "送れませんでした",
            "withdrawn": "取りやめました",
        }[self.value]


class MailTrouble(StrEnum):
    """Why a mail could not be sent. A word and not the server's answer, which often repeats the address."""

    UNREACHABLE = "unreachable"
    ADDRESS_REFUSED = "address_refused"
    SENDER_REFUSED = "sender_refused"
    SIGN_IN_REFUSED = "sign_in_refused"
    SERVER_REFUSED = "server_refused"
    INTERRUPTED = "interrupted"
    UNFIT = "unfit"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """What happened and what to do, on screen."""
        return {
            "unreachable": "メールのサーバーにつながりません。管理者の方に伝えてください。",
            "address_refused": "このメールアドレスには届きません。電話などで確かめるか、手紙に変えてください。",
            "sender_refused": "差出人のアドレスがサーバーに断られました。管理者の方に伝えてください。",
            "sign_in_refused": "メールのサーバーにログインできません。管理者の方に伝えてください。",
            "server_refused": "メールのサーバーが受け取りませんでした。続くときは、管理者の方に伝えてください。",
            "interrupted": "送る途中で止まりました。届いているかもしれません。相手に確かめてください。",
            "unfit": "宛先か題名に、メールに使えない文字があります。手紙に変えてください。",
            "expired": "リンクの期限が過ぎました。取りやめて、もとの画面から新しく頼んでください。",
        }[self.value]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """In whose name something is sent: the town or organisation, the unit in it, and whom to call."""

    organisation: str
    unit: str = ""
    person: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is said, to whom and by whom: all of a delivery that is kept sealed."""

    title: str
    paragraphs: tuple[str, ...]
    sender: Sender
    addressee: str
    mail_address: str
    postal_address: str
    link: str
    valid_until: date | None

    @property
    def document(self) -> dict[str, Any]:
        """The content as JSON values."""
        valid_until = self.valid_until.isoformat() if self.valid_until else None
        return {**asdict(self), "paragraphs": list(self.paragraphs), "valid_until": valid_until}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Content:
        """Read what `document` wrote."""
        valid_until = document["valid_until"]
        return cls(
            **{
                **document,
                "paragraphs": tuple(document["paragraphs"]),
                "sender": Sender(**document["sender"]),
                "valid_until": date.fromisoformat(valid_until) if valid_until else None,
            }
        )

    def has_run_out(self, on: date) -> bool:
        """Tell whether the link in it would not work any more on a day."""
        return self.valid_until is not None and self.valid_until < on


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A ready text with whom it is for.

    Mail and letter are for organisations: an upper slice puts nothing about a person supported into them, and no name
    of one into `title`. `link` is a path of this installation that begins with a slash. Of equal `dedup_key`s only the
    first is ever queued.
    """

    # What it is for, such as host.confirm, and whom it concerns, such as ("host", "12"): words and ids, no names.
    purpose: str
    subject_kind: str
    subject_id: str
    dedup_key: str
    title: str
    paragraphs: tuple[str, ...]
    due_on: date
    sender: Sender
    # An account gets a notice; without one, the addressee gets a mail or a letter.
    account_id: int | None = None
    addressee: str = ""
    mail_address: str = ""
    postal_address: str = ""
    prefers_letter: bool = False
    link: str = ""
    valid_until: date | None = None
    # Only who has this right sees the delivery: the name of a secret refuge stands on its letters.
    needs_right: Right | None = None
