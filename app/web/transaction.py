"""One session a request, committed or rolled back at the edge.

A page that is read (GET, HEAD) gets a session that the database itself keeps from writing; everything else gets one
that holds the writer's lock from its first statement. It is committed once, after the answer was made, unless the
answer is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest

from app.db.database import Database
from app.db.scope import ScopedSession, bind_scope
from app.web.errors import CHANGED_MEANWHILE, NotNow, Refused

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

OpenSession = Session
"""The type of what `session` and `apart` give, for functions of routes that are handed one."""

_EXTENSION = "tsunagi.database"


class UncommittedChanges(Exception):
    """A page that only reads left changed objects in its session."""


def install_transactions(app: Flask, database: Database) -> None:
    """Give the app its database; call it before everything that adds to the answer."""
    app.extensions[_EXTENSION] = database
    app.after_request(_finish)
    app.teardown_request(_close)
    app.register_error_handler(OperationalError, _on_database_trouble)
    app.register_error_handler(StaleDataError, _on_stale_row)
    app.register_error_handler(DataError, _on_unfit_value)
    app.register_error_handler(OverflowError, _on_unfit_value)


def database() -> Database:
    """Return the database of the running app."""
    found: Database = current_app.extensions[_EXTENSION]
    return found


def session() -> ScopedSession:
    """Return the session of this request, opened at the first call under the scope that `use_scope` set."""
    if "session" not in g:
        g.session = database().open(write=request.method not in READING_METHODS, scope=g.get("scope"))
    opened: ScopedSession = g.session
    return opened


def use_scope(scope: object) -> None:
    """Set whose rows this request reaches; the guards call it once they know who asks."""
    g.scope = scope
    if "session" in g:
        bind_scope(g.session, scope)


def apart(*, write: bool) -> AbstractContextManager[Session]:
    """Open a short transaction of its own, for what must stand whatever becomes of the request.

    Used before the session of the request is opened: on the embedded file a second writer would wait for the first.
    """
    if write and "session" in g and request.method not in READING_METHODS:
        raise RuntimeError("the request holds the writer's lock already")
    return _apart(write)


@contextmanager
def _apart(write: bool) -> Iterator[Session]:
    with database().writing(g.get("scope")) if write else database().reading(g.get("scope")) as opened:
        yield opened


def _finish(response: Response) -> Response:
    opened: ScopedSession | None = g.get("session")
    if opened is None:
        return response
    if request.method in READING_METHODS:
        if opened.new or opened.dirty or opened.deleted:
            opened.rollback()
            raise UncommittedChanges(f"{request.endpoint} changed objects although it only reads")
        opened.rollback()
    elif response.status_code < 400:
        opened.commit()
    else:
        opened.rollback()
    return response


def _on_database_trouble(error: OperationalError) -> ResponseReturnValue:
    # The disk is full, a lock was held too long or the server is away: it passes, and nothing was written.
    current_app.logger.error("the database did not answer: %s", type(error.orig).__name__)
    return current_app.handle_user_exception(NotNow())


def _on_stale_row(_error: StaleDataError) -> ResponseReturnValue:
    return current_app.handle_user_exception(Refused(CHANGED_MEANWHILE))


def _on_unfit_value(_error: DataError | OverflowError) -> ResponseReturnValue:
    # A character or a number that no column can hold: nobody types it, but anybody can send it.
    return current_app.handle_user_exception(BadRequest())


def _close(_error: BaseException | None) -> None:
    opened: ScopedSession | None = g.pop("session", None)
    if opened is not None:
        opened.close()
