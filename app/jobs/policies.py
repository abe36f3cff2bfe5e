"""When a daily duty is due, pure: moments come in as arguments, in Asia/Tokyo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.clock import TOKYO

DUTY_HOUR = 5
"""The hour from which the duties of a day run: before anybody is at work, after the night's backup."""

MOST_TRIES = 5
"""So often a day a duty that fails is tried."""

RETRY_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Record:
    """What is known of a duty: the day it was last done for, and how the day's tries went."""

    last_run_on: date | None = None
    tried_for: date | None = None
    tries: int = 0
    next_try_at: datetime | None = None


def day_to_run(at: datetime, *, from_hour: int = DUTY_HOUR) -> date:
    """Return the latest day whose run has come: today from the hour on, the day before until then.

    So a duty that was missed while the server was off is due at once when it starts, whatever the hour.
    """
    local = at.astimezone(TOKYO)
    return local.date() if local.hour >= from_hour else local.date() - timedelta(days=1)


def is_due(record: Record, *, at: datetime, from_hour: int = DUTY_HOUR) -> bool:
    """Tell whether a duty is to be run now: not yet done for its day, and not waiting after a failure."""
    day = day_to_run(at, from_hour=from_hour)
    if record.last_run_on is not None and record.last_run_on >= day:
        return False
    if record.tried_for != day:
        return True
    return record.tries < MOST_TRIES and (record.next_try_at is None or record.next_try_at <= at)
