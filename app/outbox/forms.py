"""The forms of the page of what goes out."""

from __future__ import annotations

import re

from flask import request

from app.web.forms import Form

MOST_LETTERS = 200
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class LettersForm(Form):
    """Which letters are meant. The boxes stand beside the letters all over the page, so they are read as they come."""

    @property
    def letter_ids(self) -> list[str]:
        """The ids that were ticked, each once, without what can be none."""
        sent = request.form.getlist("letter")[:MOST_LETTERS]
        return sorted({typed for typed in sent if _ID.fullmatch(typed)})
