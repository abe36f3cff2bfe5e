"""The question where an address lies."""

from __future__ import annotations

from wtforms import StringField, validators

from app.web.forms import Form


class AddressForm(Form):
    """An address, and the 団体コード of the entry that it stands in (may be empty)."""

    address = StringField("住所", [validators.InputRequired(), validators.Length(max=200)])
    municipality = StringField("団体コード", [validators.Length(max=6)])
