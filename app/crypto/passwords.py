"""Password hashes: argon2id with the library's parameters (RFC 9106, second recommended option: 64 MiB, t=3, p=4)."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the encoded argon2id hash (salt and parameters inside)."""
    return _HASHER.hash(password)


def password_matches(password: str, encoded: str | None) -> bool:
    """Tell whether `password` belongs to `encoded`.

    With no hash (no such account) the same work is done against a hash of nothing known, so that the time of the
    answer does not tell whether an account exists.
    """
    try:
        return _HASHER.verify(encoded or _nobody(), password) and bool(encoded)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(encoded: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(encoded)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
