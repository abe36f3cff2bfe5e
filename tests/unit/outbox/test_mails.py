"""Mails as messages: every header is ours, and the text arrives."""

from __future__ import annotations

from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from app.clock import TOKYO
from app.outbox.exchange.mails import Mail, UnfitMail, make_message
from tests.unit.outbox.test_letters import letter

AT = datetime(2026, 11, 21, 9, 0, tzinfo=TOKYO)
SENDER = "tsunagi@town.example"


def sent(mail: Mail, sender: str = SENDER) -> EmailMessage:
    """The message as the addressee's program reads it."""
    message = message_from_bytes(make_message(mail, sender=sender, at=AT).as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_says_what_the_letter_says() -> None:
    message = sent(Mail(letter(valid_until=date(2026, 12, 21)), "cafe@shop.example", "id1"))
    assert message["Subject"] == "受け入れ内容の確認のお願い"
    assert message["To"].addresses[0].addr_spec == "cafe@shop.example"
    assert message["From"].addresses[0].display_name == "瀬凪市"
    text = message.get_content()
    for part in (
        "浜の𠮷カフェ 御中",
        "いつもありがとう",
        letter().address,
        "令和8年12月21日まで",
        "0000-11-2222",
    ):
        assert part in text


def test_its_identity_is_the_same_at_every_attempt() -> None:
    mail = Mail(letter(), "cafe@shop.example", "id1")
    assert [sent(mail)["Message-ID"] for _ in range(2)] == ["<id1@town.example>"] * 2


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_no_text_breaks_out_of_its_header(end: str) -> None:
    evil = f"題{end}Bcc: thief@bad.example{end}{end}body"
    message = sent(Mail(letter(title=evil, addressee=evil), "cafe@shop.example", "id1"))
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1
    assert message.get_content().startswith("題")


@pytest.mark.parametrize("address", ["", "a@b.jp\r\nBcc: c@d.jp", "a@b.jp, c@d.jp", "カフェ@b.jp"])
def test_an_address_that_is_not_exactly_one_is_refused(address: str) -> None:
    with pytest.raises(UnfitMail):
        sent(Mail(letter(), address, "id1"))
    with pytest.raises(UnfitMail):
        sent(Mail(letter(), "cafe@shop.example", "id1"), sender=address)
