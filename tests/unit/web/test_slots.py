"""Upper slices fill named gaps of pages that do not know them."""

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from app.web import slots


def test_fillings_stand_in_their_order_and_then_in_that_of_their_registration(app: Flask) -> None:
    slots.declare(app, ["case_body"])
    slots.register(app, "case_body", lambda: Markup("<p>c</p>"), order=200)
    slots.register(app, "case_body", lambda: Markup("<p>a</p>"))
    slots.register(app, "case_body", lambda: Markup("<p>b</p>"))
    with app.test_request_context():
        assert slots.slot("case_body") == Markup("<p>a</p>\n<p>b</p>\n<p>c</p>")


def test_a_filling_gets_the_context_of_the_slot(app: Flask) -> None:
    slots.declare(app, ["case_body"])
    slots.register(app, "case_body", lambda case_id: f"case {case_id}")
    with app.test_request_context():
        assert render_template_string("{{ slot('case_body', case_id=7) }}") == "case 7"


def test_plain_text_is_escaped(app: Flask) -> None:
    slots.declare(app, ["case_body"])
    slots.register(app, "case_body", lambda: "<b>")
    with app.test_request_context():
        assert slots.slot("case_body") == Markup("&lt;b&gt;")


def test_a_filling_may_have_nothing_to_say(app: Flask) -> None:
    slots.declare(app, ["case_body"])
    slots.register(app, "case_body", lambda: "")
    with app.test_request_context():
        assert slots.slot("case_body") == ""


def test_declaring_a_slot_again_keeps_what_fills_it(app: Flask) -> None:
    slots.declare(app, ["case_body"])
    slots.register(app, "case_body", lambda: "kept")
    slots.declare(app, ["case_body"])
    with app.test_request_context():
        assert slots.slot("case_body") == "kept"


def test_a_slot_that_nobody_declared_cannot_be_filled_or_shown(app: Flask) -> None:
    with pytest.raises(slots.UnknownSlot, match="person_menu"):
        slots.register(app, "person_meny", lambda: "")
    with app.test_request_context(), pytest.raises(slots.UnknownSlot):
        slots.slot("nothing")


def test_each_app_has_its_own_slots(app: Flask) -> None:
    slots.declare(app, ["case_body"])
    with pytest.raises(slots.UnknownSlot):
        slots.register(Flask("other"), "case_body", lambda: "")
