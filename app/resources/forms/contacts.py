"""How a host is reached, as the staff and the host itself write it."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, TelField, validators


def stripped(text: str | None) -> str | None:
    """Return a text without blanks around it; browsers end the lines of a text area with two signs, one is kept."""
    return "\n".join(text.strip().splitlines()) if text else text


def phone_field(message: str) -> Any:
    """Return a field for a telephone number as people write one; `message` tells what to do about another text."""
    return TelField(
        "電話番号",
        [
            validators.Optional(),
            validators.Length(max=40),
            validators.Regexp(r"[0-9０-９+＋()（）\-－‐ー −]+\Z", message=message),
        ],
        filters=[stripped],
    )


def email_field() -> Any:
    """Return a field for a mail address."""
    return EmailField(
        "メールアドレス",
        [
            validators.Optional(),
            validators.Length(max=254),
            validators.Regexp(
                r"[^@\s]+@[^@\s]+\.[^@\s]+\Z", message="メールアドレスの書き方を確かめてください。"
            ),
        ],
        filters=[stripped],
    )
