"""What people answer before a file is taken in: what its columns mean, what rows that look known are, what stays closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, validators

from app.resources.exchange.care import Care
from app.resources.exchange.decisions import NEW, SAME, SKIP, Decisions, best_words, same_word
from app.resources.exchange.mapping import UNREAD, ColumnUse, meaning_choices
from app.resources.exchange.report import Alike, Item
from app.text.normalise import normalise_text
from app.web.forms import Form

_HOLD, _KEEP, _OPEN = "hold", "keep", "open"


class RunForm(Form):
    """The question whether what protects people becomes public, and whether what was closed here is opened."""

    care = RadioField(
        "この場所を、どう取り込みますか",
        choices={
            _HOLD: "公開せずに取り込む（関係者だけに見せます）",
            _OPEN: "公開してよいことを確かめたので、公開して取り込む",
        },
        default=_HOLD,
    )
    opens = RadioField(
        "この場所の公開区分を、どうしますか",
        choices={
            _KEEP: "いまの公開区分のまま取り込む（ほかの項目だけ直します）",
            _OPEN: "ファイルのとおり「公開」にする",
        },
        default=_KEEP,
    )

    @property
    def said(self) -> Care:
        """What is held back: everything of which the contrary was not said."""
        return Care(self.care.data != _OPEN, self.opens.data != _OPEN)


class ColumnsForm(Form):
    """What each column of a file is read as; made by `columns_form`."""

    kind = StringField(
        "種別（ファイルに書かれていないとき）",
        [validators.Length(max=60)],
        description="「種別」の列がないファイルや、空の行に使います。例：通いの場",
    )

    uses: Sequence[ColumnUse] = ()

    def field_of(self, number: int) -> SelectField:
        """The answer for the column of this number, from 0."""
        found: SelectField = self[_column_name(number)]
        return found

    @property
    def chosen(self) -> dict[str, str]:
        """Header → meaning."""
        return {
            use.header: self.field_of(number).data or UNREAD
            for number, use in enumerate(self.uses)
            if not use.is_fixed
        }

    @property
    def said_kind(self) -> str | None:
        """The kind of rows that say none."""
        return normalise_text(self.kind.data or "") or None


def _column_name(number: int) -> str:
    return f"column_{number}"


def columns_form(uses: Sequence[ColumnUse], kind: str | None = None) -> ColumnsForm:
    """Return the form for the columns of a file."""
    choices = {"": {UNREAD: "読まない"}, **meaning_choices()}
    fields: dict[str, Any] = {
        _column_name(number): SelectField(
            f"「{use.header}」を何として読みますか", choices=choices, default=use.meaning
        )
        for number, use in enumerate(uses)
        if not use.is_fixed
    }
    form: ColumnsForm = type("ColumnsOfFile", (ColumnsForm,), fields)(data={"kind": kind or ""})
    form.uses = uses
    return form


class DecisionsForm(Form):
    """What rows that look known are; made by `decisions_form`. `all` is the button that answers for all of them."""

    all = HiddenField()
    everywhere = BooleanField("ほかのページの行も、まとめて決める")

    lines: Sequence[int] = ()

    def field_of(self, line: int) -> RadioField:
        """The answer for the row on this line."""
        found: RadioField = self[_row_name(line)]
        return found

    def words(self, on_page: Sequence[Item], of_all: Sequence[Item]) -> dict[int, str]:
        """Return what was said: line → word. One answer for all counts over those of the single rows."""
        if self.all.data:
            return best_words(self.all.data, of_all if self.everywhere.data else on_page)
        return {line: self.field_of(line).data for line in self.lines if self.field_of(line).data}


def _row_name(line: int) -> str:
    return f"row_{line}"


def decisions_form(items: Sequence[Item], decisions: Decisions) -> DecisionsForm:
    """Return the form for these rows of a preview."""
    fields: dict[str, Any] = {
        _row_name(item.line): RadioField(
            f"{item.line}行目　{item.name}",
            choices=_answers(item.alike),
            default=decisions.word_of(item.line),
            description="・".join(item.about),
        )
        for item in items
    }
    form: DecisionsForm = type("DecisionsOnPage", (DecisionsForm,), fields)()
    form.lines = tuple(item.line for item in items)
    return form


def _answers(found: Iterable[Alike]) -> dict[str, str]:
    return {
        **{
            same_word(
                each.resource_id
            ): f"同じ場所なので、いまある「{each.name}」を直す（{'・'.join(each.reasons)}）"
            for each in found
        },
        NEW: "別の場所なので、新しく加える",
        SKIP: "取り込まない",
    }


ANSWERS_FOR_ALL: Final = {
    SAME: "すべて「同じ場所」にする",
    NEW: "すべて「別の場所」にする",
    SKIP: "すべて「取り込まない」にする",
}
"""The buttons that answer for all rows at once."""
