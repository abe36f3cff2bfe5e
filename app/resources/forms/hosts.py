"""What a host types on its page."""

from __future__ import annotations

from wtforms import DateField, validators

from app.web.forms import Form


class PauseForm(Form):
    """A rest with the day on which it ends by itself."""

    until = DateField(
        "この日から再開する",
        [validators.InputRequired()],
        description="この日になると、自動でもとに戻ります。前もって「再開する」を押すこともできます。",
    )
