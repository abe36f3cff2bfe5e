"""Ending an entry."""

from __future__ import annotations

from wtforms import StringField, validators

from app.web.forms import Form


class RetireForm(Form):
    """Why it has ended."""

    reason = StringField(
        "終わった理由",
        [validators.InputRequired(), validators.Length(max=200)],
        description="例：世話役の引っ越し、会場がなくなった。個人の事情や名前は書きません。",
    )
