"""The blueprint, and what the pages of a case do alike: ask, save or say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor
from app.accounts.vocabulary import Actor
from app.cases import queries
from app.cases.guards import case_url
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.forms import Form, put_refusal_on
from app.web.htmx import go_to
from app.web.transaction import database, session

blueprint = Blueprint("cases", __name__, template_folder="../templates")


@dataclass(frozen=True)
class Asking:
    """A page that asks for something about one case."""

    title: str
    submit: str
    lead: str = ""
    note: str = ""
    note_title: str = ""
    template: str = "cases/ask.html"


def for_whole_town(reason: str) -> AbstractContextManager[Any]:
    """Open a transaction of the product's own, for what concerns more than the actor's teams; it is committed at once.

    The service functions that need it check by themselves what the actor may do.
    """
    return database().writing(Actor.system(reason).scope)


def number_of(case_id: str) -> str:
    """The number of a case of one's own teams; `Missing` for all others."""
    return queries.get_own_case(session(), case_id, scope=current_actor().scope).number


def ask(form: Form, asking: Asking, case_id: str, number: str) -> str:
    """Render the page that asks. It shows the number of the case and nothing else of it."""
    return render_template(asking.template, form=form, asking=asking, case_id=case_id, number=number)


def change(act: Callable[[], object], *, done: str, then: str, otherwise: str) -> ResponseReturnValue:
    """Do what one button asks for, and say what came of it on the page that follows."""
    try:
        act()
    except Refused as refusal:
        # The answer is no error, so what the act may have begun would be committed with it.
        session().rollback()
        say(refusal.message, Tone.WARNING)
        return go_to(otherwise)
    say(done)
    return go_to(then)


def save(
    form: Form, asking: Asking, case_id: str, number: str, act: Callable[[], object], *, done: str
) -> ResponseReturnValue:
    """Do what a form asks for and return to the case, or show the form again with what is to be mended."""
    if form.validate():
        try:
            act()
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say(done)
            return go_to(case_url(case_id))
    return ask(form, asking, case_id, number), 422
