"""The base of every form: CSRF checked, messages in plain Japanese, and a place for what a service refuses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FileField,
    MultipleFileField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from app.web.errors import InputRefused, Refused

# WTForms' own Japanese is terse and in places not said at all; these say what to do. Keys are WTForms' texts.
MESSAGES = {
    "This field is required.": "入力してください。",
    "Not a valid choice.": "並んでいるものから選んでください。",
    "Not a valid choice": "並んでいるものから選んでください。",
    "Invalid Choice: could not coerce.": "並んでいるものから選んでください。",
    "Invalid Choice: could not coerce": "並んでいるものから選んでください。",
    "Invalid choice(s): one or more data inputs could not be coerced.": "並んでいるものから選んでください。",
    "'%(value)s' is not a valid choice for this field.": "並んでいるものから選んでください。",
    "'%(value)s' are not valid choices for this field.": "並んでいるものから選んでください。",
    "Not a valid integer value.": "数字で入力してください。",
    "Not a valid decimal value.": "数字で入力してください。",
    "Not a valid float value.": "数字で入力してください。",
    "Not a valid date value.": "日付を確かめてください。例：2026-04-01",
    "Not a valid datetime value.": "日付と時刻を確かめてください。",
    "Not a valid time value.": "時刻を確かめてください。例：9:30",
    "Not a valid week value.": "週を確かめてください。",
    "Invalid input.": "書き方を確かめてください。",
    "Invalid email address.": "メールアドレスの書き方を確かめてください。",
    "Invalid URL.": "ホームページの住所（URL）の書き方を確かめてください。",
    "Field must be equal to %(other_name)s.": "2つの入力が同じになるようにしてください。",
    "Number must be at least %(min)s.": "%(min)s以上の数字にしてください。",
    "Number must be at most %(max)s.": "%(max)s以下の数字にしてください。",
    "Number must be between %(min)s and %(max)s.": "%(min)sから%(max)sまでの数字にしてください。",
    "Date must be at least %(min)s.": "%(min)s以降の日付にしてください。",
    "Date must be at most %(max)s.": "%(max)sまでの日付にしてください。",
    "Date must be between %(min)s and %(max)s.": "%(min)sから%(max)sまでの日付にしてください。",
    "Field must be at least %(min)d characters long.": "%(min)d文字以上で入力してください。",
    "Field cannot be longer than %(max)d characters.": "%(max)d文字以内で入力してください。",
    "Field must be exactly %(max)d characters long.": "%(max)d文字で入力してください。",
    "Field must be between %(min)d and %(max)d characters long.": "%(min)d文字から%(max)d文字までで入力してください。",
    "This field cannot be edited.": "ここは変えられません。",
    "This field is disabled and cannot have a value.": "ここは変えられません。",
    "File does not have an approved extension: {extensions}": "この種類のファイルは受け取れません。使えるのは {extensions} です。",
    "File does not have an approved extension.": "この種類のファイルは受け取れません。",
}


class PlainJapanese:
    """WTForms asks this for every built-in message. A text that is not listed falls back to a general request."""

    FALLBACK = "入力を確かめてください。"

    def gettext(self, text: str) -> str:
        """The Japanese for a message without a count."""
        return MESSAGES.get(text, self.FALLBACK)

    def ngettext(self, singular: str, plural: str, n: int) -> str:  # noqa: ARG002
        """Japanese has one form for one and many, and it is listed under the plural."""
        return MESSAGES.get(plural, self.FALLBACK)


class Choosing(PlainJapanese):
    """The same for fields where nothing is typed: 「入力してください」 would be a riddle there."""

    def gettext(self, text: str) -> str:
        """The request to choose, where the other fields ask to type."""
        return "選んでください。" if text == "This field is required." else super().gettext(text)


# Besides their subclasses (radio buttons and lists of several are SelectFields).
CHOSEN = (SelectField, BooleanField, FileField, MultipleFileField)


def without_controls(text: Any) -> Any:
    """Take out what nobody sees and PostgreSQL does not keep (NUL, zero-width marks); lines and tabs stay."""
    if not isinstance(text, str):
        return text
    return "".join(sign for sign in text if sign in "\n\r\t" or unicodedata.category(sign)[0] != "C")


def on_one_line(text: Any) -> Any:
    """The same for a field of one line, in which a line break would be a slip of copying."""
    return " ".join(without_controls(text).splitlines()) if isinstance(text, str) else text


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What every form of the product derives from."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' place for a form's settings."""

        def get_translations(self, form: Any) -> PlainJapanese:  # noqa: ARG002
            """One language, whatever the browser prefers: the offices read these texts to each other."""
            return PlainJapanese()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take what was sent as a form and nothing else: JSON would bring values that are no text."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Each field learns here which words it speaks with."""
            kind = unbound_field.field_class
            if issubclass(kind, CHOSEN):
                options = {**options, "translations": Choosing()}
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                clean = without_controls if issubclass(kind, TextAreaField) else on_one_line
                # What is given here takes the place of what the field was declared with.
                own = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": (clean, *own)}
            return super().bind_field(form, unbound_field, options)


class ChecksField(SelectMultipleField):
    """Several answers to one question, each a box that a thumb can hit."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices_of(words: Iterable[Any]) -> dict[str, str]:
    """Offer the words of a vocabulary, each under its label."""
    return {str(word.value): word.label for word in words}


def put_refusal_on(form: FlaskForm, refusal: Refused | InputRefused) -> None:
    """Show what a service refused beside the field it concerns, or at the head of the form."""
    if isinstance(refusal, Refused):
        told = [(refusal.field, refusal.message)]
    else:
        told = [(problem.field, problem.text) for problem in refusal.problems]
    for name, message in told:
        if name is not None and name in form:
            field: Field = form[name]
            field.errors = (*field.errors, message)
        else:
            form.form_errors.append(message)
