"""A search under a name."""

from __future__ import annotations

from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField, validators

from app.resources.forms.catalogue import kept_question
from app.text.normalise import normalise_text
from app.web.forms import Form

NAME_MOST = 60


class SearchNameForm(Form):
    """The name of a search."""

    name = StringField(
        "名前",
        [
            validators.InputRequired(),
            validators.Length(max=NAME_MOST),
        ],
        filters=(lambda text: normalise_text(text) if text else text,),
        description="例：静かな居場所。人の名前や、その人とわかる事情は書きません。",
    )


class SaveSearchForm(SearchNameForm):
    """The same with the question, as the catalogue's address has it."""

    asked = HiddenField("条件")

    @property
    def question(self) -> str:
        """What of the address is kept."""
        return kept_question(asked_of(self.asked.data or ""))


def asked_of(question: str) -> MultiDict[str, str]:
    """Return a query string as an address is read."""
    return MultiDict(parse_qsl(question))
