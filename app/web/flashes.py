"""Short messages that survive one redirect: 「保存しました」.

They travel in the browser's signed cookie, which can be read there. So they say what happened, never to whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from flask import flash, get_flashed_messages


class Tone(StrEnum):
    """How a message is meant; picks icon, colour and the word that a screen reader says first."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"

    @property
    def label(self) -> str:
        """The word beside the icon, so that colour is never alone."""
        return {"info": "お知らせ", "success": "できました", "warning": "ご注意", "danger": "大切なお知らせ"}[
            self.value
        ]


@dataclass(frozen=True)
class Flash:
    """One message that waits to be shown."""

    message: str
    tone: Tone


def say(message: str, tone: Tone = Tone.SUCCESS) -> None:
    """Show a message on the next page that this person sees."""
    flash(message, tone.value)


def waiting_flashes() -> list[Flash]:
    """Take the messages out of the cookie, oldest first."""
    pairs = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    return [Flash(message, Tone(tone)) for tone, message in pairs]
