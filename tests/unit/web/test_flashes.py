"""A message survives one redirect, and says in words how it is meant."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.flashes import Flash, Tone, say, waiting_flashes
from tests.support.html import parse_strictly, text_of


def test_messages_are_shown_once_and_in_order(app: Flask) -> None:
    with app.test_request_context():
        say("保存しました。")
        say("電話番号がまだありません。", Tone.WARNING)
        assert waiting_flashes() == [
            Flash("保存しました。", Tone.SUCCESS),
            Flash("電話番号がまだありません。", Tone.WARNING),
        ]


def test_a_page_shows_the_message_and_the_next_one_no_longer(client: FlaskClient) -> None:
    assert "できました： 保存しました。" in text_of(parse_strictly(client.get("/flashed").text))
    assert "保存しました" not in client.get("/plain").text


@pytest.mark.parametrize("tone", Tone)
def test_each_tone_has_a_word_so_that_colour_is_never_alone(tone: Tone) -> None:
    assert tone.label
