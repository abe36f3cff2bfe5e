"""The key file and the keys derived from it.

One secret is kept (and has to be kept elsewhere too: backups are useless without it). Everything that needs a key
gets its own by HKDF (RFC 5869), so that a leaked cookie secret does not open the database.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32


class KeyProblem(Exception):
    """The key file is missing or cannot be trusted; the message says what to do."""


class Purpose(StrEnum):
    """What a derived key is for. The value goes into the derivation: never change one that is in use."""

    DATABASE = "tsunagi/1/database"
    COOKIES = "tsunagi/1/cookies"
    AUDIT_CHAIN = "tsunagi/1/audit-chain"
    THROTTLE = "tsunagi/1/throttle"
    DOCUMENTS = "tsunagi/1/documents"
    BLIND_INDEX = "tsunagi/1/blind-index"


@dataclass(frozen=True)
class Keyring:
    """The secret of one installation. Its text form never shows the secret."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: Purpose) -> bytes:
        """Return the 32-byte key for one purpose (HKDF-SHA256, RFC 5869, no salt)."""
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose.value.encode()).derive(self.secret)

    def digest(self, purpose: Purpose, value: str) -> str:
        """Return a keyed fingerprint of `value` (HMAC-SHA256, hex): equal values can be counted, not read back."""
        return hmac.new(self.derive(purpose), value.encode(), sha256).hexdigest()


def load_key(path: Path) -> Keyring:
    """Read the key file; raise `KeyProblem` when it is missing, malformed or readable by others."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        raise KeyProblem(
            f"No key at {path}. Put the key of this installation there, or make the first one with `tsunagi key make`."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"The key at {path} cannot be read: {type(error).__name__}.") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyProblem(f"The key at {path} can be read by others. Run: chmod 600 {path}")
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _KEY_BYTES:
        raise KeyProblem(
            f"The key at {path} is not 64 hex digits. Restore it from your copy; do not make a new one."
        )
    return Keyring(secret)


def make_key(path: Path) -> Keyring:
    """Write a new random key, readable by its owner only; raise `KeyProblem` when the file exists already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # The mode is given at creation: a chmod afterwards would leave a moment in which others can read.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem(f"There is a key at {path} already; it is not overwritten.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return load_key(path)
