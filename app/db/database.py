"""`Database`: one installation's engine and the sessions that the product opens on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL

from app.crypto.keys import Keyring, Purpose
from app.crypto.sealing import Sealer
from app.db.engines import make_engine, readers
from app.db.scope import ScopedSession, bind_scope


class Database:
    """Opens sessions. Make one a process, after a fork."""

    def __init__(self, url: URL, keyring: Keyring) -> None:
        self.engine = make_engine(url, keyring)
        self._readers = readers(self.engine)
        self._keyring = keyring
        self._sealer = Sealer(keyring)

    def open(self, *, write: bool, scope: object | None = None) -> ScopedSession:
        """Return a session, not yet begun. One that does not `write` is refused every change by the database."""
        session = ScopedSession(self.engine if write else self._readers, expire_on_commit=False)
        # The keys ride with the session, so that a service can seal and record in the same transaction.
        session.info["chain key"] = self._keyring.derive(Purpose.AUDIT_CHAIN)
        session.info["sealer"] = self._sealer
        if scope is not None:
            bind_scope(session, scope)
        return session

    @contextmanager
    def reading(self, scope: object | None = None) -> Iterator[ScopedSession]:
        """Give a session that reads one consistent state."""
        with self.open(write=False, scope=scope) as session:
            yield session

    @contextmanager
    def writing(self, scope: object | None = None) -> Iterator[ScopedSession]:
        """Give a session in a transaction of its own: committed at the end, rolled back on an exception."""
        with self.open(write=True, scope=scope) as session, session.begin():
            yield session

    def digest(self, purpose: Purpose, value: str) -> str:
        """Return the keyed fingerprint of a value under this installation's key."""
        return self._keyring.digest(purpose, value)

    def dispose(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()
