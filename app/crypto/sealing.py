"""Sealed documents: what a record says about a person, encrypted and tied to its own row.

AES-256-GCM with a random nonce; the row's name is authenticated along (`associated data`), so a sealed document that
somebody copies into another row does not open there. One document a row, not one value a column: the lengths of
single fields do not show, and a new field needs no migration.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.crypto.keys import Keyring, Purpose

_NONCE_BYTES = 12
# The first byte names the key and the format; a rotation adds a number and keeps reading the old one.
_FORMAT = b"\x01"


class SealBroken(Exception):
    """A sealed document was changed, belongs to another row, or was sealed under another key."""


class Sealer:
    """Seals and opens documents, and makes the fingerprints by which an exact value is found again."""

    def __init__(self, keyring: Keyring) -> None:
        self._cipher = AESGCM(keyring.derive(Purpose.DOCUMENTS))
        self._index_key = keyring.derive(Purpose.BLIND_INDEX)

    def seal(self, document: Mapping[str, Any], *, row: str) -> bytes:
        """Return the document encrypted for the row of this name (`table:key`)."""
        nonce = os.urandom(_NONCE_BYTES)
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return _FORMAT + nonce + self._cipher.encrypt(nonce, text.encode(), _FORMAT + row.encode())

    def open(self, sealed: bytes, *, row: str) -> dict[str, Any]:
        """Return the document of this row; raise `SealBroken` when it is not as it was sealed."""
        head, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            text = self._cipher.decrypt(nonce, body, head + row.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"the sealed document of {row} does not open") from error
        document: dict[str, Any] = json.loads(text)
        return document

    def blind_index(self, value: str, *, field: str) -> str:
        """Return the fingerprint of a value of a field (HMAC-SHA256, hex): equal values meet, none can be read back."""
        return hmac.new(self._index_key, f"{field}\x00{value}".encode(), sha256).hexdigest()
