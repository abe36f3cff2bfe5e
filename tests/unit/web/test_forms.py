"""Forms speak plain Japanese, and show a refusal where it belongs."""

import ast
import inspect
from types import ModuleType

import flask_wtf.file
import pytest
import wtforms.fields.choices
import wtforms.fields.datetime
import wtforms.fields.numeric
import wtforms.validators
from flask import Flask
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.web.errors import InputRefused, Problem, Refused
from app.web.forms import MESSAGES, Form, PlainJapanese, put_refusal_on


class SeatForm(Form):
    name = StringField("名前", validators=[DataRequired(), Length(max=3)])
    seats = IntegerField("人数", validators=[NumberRange(min=1, max=9)])
    kind = RadioField("種類", choices={"a": "あ"}, validators=[InputRequired()])
    agreed = BooleanField("読みました", validators=[DataRequired()])


@pytest.fixture(autouse=True)
def _request(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def filled(app: Flask, **data: str) -> SeatForm:
    with app.test_request_context(method="POST", data=data):
        form = SeatForm()
        form.validate()
        return form


def test_what_is_missing_is_asked_for_in_the_words_of_the_field(app: Flask) -> None:
    form = filled(app)
    assert form.name.errors == ["入力してください。"]
    assert form.kind.errors == ["選んでください。"]
    assert form.agreed.errors == ["選んでください。"]


def test_limits_are_told_with_their_numbers(app: Flask) -> None:
    form = filled(app, name="ひまわり農園", seats="12", kind="a", agreed="y")
    assert form.name.errors == ["3文字以内で入力してください。"]
    assert form.seats.errors == ["1から9までの数字にしてください。"]


def test_letters_in_a_number_are_told_as_such(app: Flask) -> None:
    assert "数字で入力してください。" in filled(app, seats="二").seats.errors


def test_a_choice_that_was_not_offered_is_not_repeated(app: Flask) -> None:
    form = filled(app, kind="<b>")
    assert form.kind.errors == ["並んでいるものから選んでください。"]


def test_a_text_that_nobody_translated_becomes_a_general_request() -> None:
    words = PlainJapanese()
    assert words.gettext("Something new.") == words.FALLBACK
    assert words.ngettext("one thing", "many things", 2) == words.FALLBACK


# Parts of WTForms that the product uses no field of.
UNUSED = (
    "Mac address",
    "IP address",
    "UUID",
    "field name",
    "any of",
    "one of",
    "None",
    "File size",
    "files",
    "CSRF",
)


@pytest.mark.parametrize(
    "module",
    [
        wtforms.validators,
        wtforms.fields.choices,
        wtforms.fields.numeric,
        wtforms.fields.datetime,
        flask_wtf.file,
    ],
    ids=lambda module: module.__name__,
)
def test_every_message_of_wtforms_has_its_japanese(module: ModuleType) -> None:
    texts = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in ("gettext", "ngettext"):
            text = node.args[-1] if node.func.attr == "gettext" else node.args[1]
            if isinstance(text, ast.Constant):
                texts.add(str(text.value))
    wanted = {text for text in texts if not any(word in text for word in UNUSED)}
    assert wanted - set(MESSAGES) == set()


def test_a_refusal_stands_beside_the_field_it_concerns(app: Flask) -> None:
    form = filled(app, name="農園", seats="3", kind="a", agreed="y")
    put_refusal_on(form, Refused("席がもうありません。", field="seats"))
    assert list(form.seats.errors) == ["席がもうありません。"]
    assert form.form_errors == []


@pytest.mark.parametrize("field", [None, "unknown"])
def test_a_refusal_of_the_whole_stands_at_the_head(app: Flask, field: str | None) -> None:
    form = filled(app)
    put_refusal_on(form, Refused("いまは受け付けていません。", field=field))
    assert form.form_errors == ["いまは受け付けていません。"]


def test_each_problem_of_refused_input_finds_its_field(app: Flask) -> None:
    form = filled(app, name="農園", seats="3", kind="a", agreed="y")
    put_refusal_on(
        form,
        InputRefused(
            [
                Problem("name", None, "使われています。", "別の名前にしてください。"),
                Problem(None, 4, "空です。", "消してください。"),
            ]
        ),
    )
    assert list(form.name.errors) == ["使われています。別の名前にしてください。"]
    assert form.form_errors == ["4行目：空です。消してください。"]


def test_a_field_keeps_the_filters_that_it_was_declared_with(app: Flask) -> None:
    class NamedForm(Form):
        name = StringField("名前", [Length(max=3)], filters=[lambda typed: typed and typed.strip()])

    with app.test_request_context(method="POST", data={"name": " ひだ\u200bり\u3000\n"}):
        form = NamedForm()
    assert form.validate()
    assert form.name.data == "ひだり"
