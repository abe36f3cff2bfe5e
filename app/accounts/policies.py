"""Rules about accounts and sign-ins, pure: each answers with a Japanese sentence or a value, none touches anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from zxcvbn import zxcvbn

from app.accounts.vocabulary import Affiliation, Role

PASSWORD_LEAST = 12
PASSWORD_MOST = 128
# zxcvbn's own scale: 3 is "safely unguessable" offline for about 10^10 guesses.
_PASSWORD_SCORE = 3
# The library looks at no more than this many characters; what follows only makes a password better.
_JUDGED_CHARACTERS = 72

_FREE_FAILURES = 5
_FREE_FAILURES_FROM_ONE_ADDRESS = 30
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)
FAILURES_COUNT_FOR = timedelta(minutes=60)
"""How long a failed attempt is held against a name or an address."""

LINK_LASTS = timedelta(days=30)
"""An invitation by letter lies on a desk for a while."""

LINK_VISIT_LASTS = timedelta(minutes=30)
"""Long enough to look after one's openings, short enough for a phone that is lent."""


def password_problem(password: str, *, about: Collection[str] = ()) -> str | None:
    """Say why a new password is not taken, None when it is.

    Length and guessability only (NIST SP 800-63B, ASVS 5.0 6.2): no mixture of characters is asked for, and nothing
    expires. `about` holds words that belong to the person or the town, which an attacker would try first.
    """
    if len(password) < PASSWORD_LEAST:
        return (
            f"{PASSWORD_LEAST}文字以上にしてください。好きな言葉をいくつか並べると、覚えやすく強くなります。"
        )
    if len(password) > PASSWORD_MOST:
        return f"{PASSWORD_MOST}文字以内にしてください。"
    words = ["tsunagi", "つなぎ", *about]
    if zxcvbn(password[:_JUDGED_CHARACTERS], user_inputs=words)["score"] < _PASSWORD_SCORE:
        return "推測されやすいパスワードです。関係のない言葉を3つ以上並べるか、もっと長くしてください。"
    return None


def wait_after_failures(
    by_name: Sequence[datetime], by_address: Sequence[datetime], *, now: datetime
) -> timedelta:
    """Return how long the next attempt has to wait, zero when it may come now.

    Takes the times of the failures since the last success, of the name typed (whether it exists or not) and of the
    network address. After the free ones the wait doubles with each failure.
    """
    return max(
        _wait(by_name, _FREE_FAILURES, now),
        _wait(by_address, _FREE_FAILURES_FROM_ONE_ADDRESS, now),
        timedelta(),
    )


def _wait(failures: Sequence[datetime], free: int, now: datetime) -> timedelta:
    if len(failures) < free:
        return timedelta()
    doublings = min(len(failures) - free, 10)
    wait: timedelta = min(_FIRST_WAIT * 2**doublings, _LONGEST_WAIT)
    return max(failures) + wait - now


def sign_in_is_over(
    started_at: datetime, last_seen_at: datetime, *, now: datetime, idle_after: timedelta, lasts: timedelta
) -> bool:
    """Tell whether a sign-in has ended by lying unused or by its age."""
    return now - last_seen_at > idle_after or now - started_at > lasts


def roles_problem(roles: Collection[Role], affiliation: Affiliation) -> str | None:
    """Say why an account cannot hold these roles, None when it can."""
    if not roles:
        return "役割を1つ以上選んでください。"
    if Role.CITY_OFFICER in roles and affiliation is not Affiliation.CITY:
        return "「市職員」は支援を決定する役割です。委託先の人は選べません。所属を確かめてください。"
    return None


def is_local_path(target: str) -> bool:
    """Tell whether `target` is a path of this product, so that a sign-in cannot be used to lead elsewhere."""
    return (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and "\\" not in target
        and target.isprintable()
    )
