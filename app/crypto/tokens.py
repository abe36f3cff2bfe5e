"""Random secrets that are handed out once and kept only as their fingerprint: sign-ins, links, first passwords."""

from __future__ import annotations

import secrets
from hashlib import sha256


def new_token() -> str:
    """Return 256 random bits, safe in a cookie and an address."""
    return secrets.token_urlsafe(32)


def new_first_password() -> str:
    """Return a password of 120 random bits that can be read out and typed."""
    return secrets.token_urlsafe(15)


def new_row_id() -> str:
    """Return an opaque row id of 128 random bits, 22 characters: it can stand in an address and tells nothing."""
    return secrets.token_urlsafe(16)


def fingerprint(token: str) -> str:
    """Return what is stored of a token. A plain SHA-256 does: nobody can guess the random bits in it."""
    return sha256(token.encode()).hexdigest()
