"""Which way something goes out, when it is tried again, and what is not taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.clock import TOKYO
from app.outbox.policies import (
    MOST_ATTEMPTS,
    choose_channel,
    draft_problem,
    is_mail_address,
    next_try,
    on_one_line,
)
from app.outbox.vocabulary import Channel, ChannelReason, Content, MailTrouble, Sender
from tests.factories.outbox import make_draft

AT = datetime(2026, 11, 21, 9, 0, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("known", "channel", "reason"),
    [
        ({"has_account": True}, Channel.IN_APP, ChannelReason.HAS_ACCOUNT),
        ({}, Channel.MAIL, ChannelReason.HAS_MAIL_ADDRESS),
        ({"prefers_letter": True}, Channel.LETTER, ChannelReason.PREFERS_LETTER),
        ({"mail_address": ""}, Channel.LETTER, ChannelReason.NO_MAIL_ADDRESS),
        ({"mail_address": "cafe@shop"}, Channel.LETTER, ChannelReason.UNUSABLE_MAIL_ADDRESS),
        ({"has_mail_server": False}, Channel.LETTER, ChannelReason.NO_MAIL_SERVER),
    ],
)
def test_the_way_is_chosen_with_a_reason(
    known: dict[str, Any], channel: Channel, reason: ChannelReason
) -> None:
    given: dict[str, Any] = {
        "has_account": False,
        "mail_address": "cafe@shop.example",
        "prefers_letter": False,
        "has_mail_server": True,
    }
    choice = choose_channel(**(given | known))
    assert (choice.channel, choice.reason) == (channel, reason)
    assert choice.reason.label


def test_the_waits_grow_and_then_it_has_failed() -> None:
    waits = [
        again - AT if (again := next_try(attempts, MailTrouble.UNREACHABLE, at=AT)) else None
        for attempts in range(1, MOST_ATTEMPTS + 1)
    ]
    assert waits == [
        timedelta(minutes=1),
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=6),
        None,
    ]


@pytest.mark.parametrize("trouble", list(MailTrouble))
def test_what_can_pass_is_tried_again_and_what_cannot_is_not(trouble: MailTrouble) -> None:
    final = {MailTrouble.ADDRESS_REFUSED, MailTrouble.UNFIT, MailTrouble.EXPIRED}
    assert (next_try(1, trouble, at=AT) is None) == (trouble in final)
    assert trouble.label.endswith("ください。")


@pytest.mark.parametrize("address", ["a@b.jp", "first.last+tag@mail.town.lg.jp", "x_1@a-b.example"])
def test_usual_addresses_are_taken(address: str) -> None:
    assert is_mail_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop",
        "a@b",
        "a@b.jp\nBcc: c@d.jp",
        "a@b.jp\r\n",
        "a@b.jp,c@d.jp",
        "カフェ@b.jp",
        "<a@b.jp>",
        "a b@c.jp",
        "a..b@c.jp",
        "a@-b.jp",
        "a@b..jp",
        f"{'a' * 65}@b.jp",
        f"a@{'b.' * 140}jp",
    ],
)
def test_what_is_not_exactly_one_plain_address_is_none(address: str) -> None:
    assert not is_mail_address(address)


def test_a_title_has_one_line_and_nothing_invisible() -> None:
    assert on_one_line(" 確認の\r\nBcc: x@y.jp\u200b\x00お願い ") == "確認の Bcc: x@y.jpお願い"


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "host confirm"},
        {"subject_kind": ""},
        {"subject_id": ""},
        {"dedup_key": ""},
        {"dedup_key": "x" * 121},
        {"title": " \n"},
        {"title": "題" * 121},
        {"paragraphs": ()},
        {"paragraphs": (" ",)},
        {"addressee": ""},
        {"account_id": 1},
        {"link": "https://elsewhere.example/"},
        {"link": "//elsewhere.example/"},
        {"link": "/h/a b"},
        {"link": "/h/a\n"},
    ],
)
def test_a_draft_that_no_slice_may_hand_in_is_named(changes: dict[str, Any]) -> None:
    assert draft_problem(make_draft(**changes)) is not None


def test_a_whole_draft_is_taken() -> None:
    assert draft_problem(make_draft()) is None


def test_a_content_is_read_as_it_was_written() -> None:
    content = Content(
        title="題",
        paragraphs=("一", "二"),
        sender=Sender(organisation="市"),
        addressee="店",
        mail_address="a@b.jp",
        postal_address="",
        link="/h/x",
        valid_until=AT.date(),
    )
    assert Content.from_document(content.document) == content
    assert not content.has_run_out(AT.date())
    assert content.has_run_out(AT.date() + timedelta(days=1))
