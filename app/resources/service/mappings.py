"""Remembering how files of a layout are read: the words of the headers and what they mean, nothing of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.exchange.columns import Column
from app.resources.exchange.mapping import lasting_columns
from app.resources.models import ImportMapping
from app.resources.policies import may_place_in_refuge
from app.resources.queries.mappings import find_mapping

# No header is so long; a sentence that stands where a header should may be somebody's words.
_HEADER_MOST: Final = 80
_COLUMNS_MOST: Final = 300


def remember_mapping(
    session: Session, *, digest: str, columns: Mapping[str, str], by: Actor, at: datetime
) -> None:
    """Remember how a layout is read; without any column that was mended, forget what was known of it.

    Of what was mended only that is kept which does no harm in the file of somebody else; see `lasting_columns`.
    """
    lasting = lasting_columns(columns, columns.keys())
    kept = dict(
        [(header, meaning) for header, meaning in lasting.items() if len(header) <= _HEADER_MOST][
            :_COLUMNS_MOST
        ]
    )
    known = find_mapping(session, digest, scope=by.scope)
    kept |= _kept_secret(known, by)
    if not kept:
        forget_mapping(session, digest=digest, by=by, at=at)
        return
    if known is None:
        try:
            with session.begin_nested():
                session.add(
                    ImportMapping(
                        headers_digest=digest, columns=kept, account_id=by.account_id, changed_at=at
                    )
                )
        except IntegrityError:
            # Somebody took a file of the same layout in at the same moment: the later word counts.
            known = find_mapping(session, digest, scope=by.scope)
    elif known.columns == kept:
        return
    if known is not None:
        known.columns, known.account_id, known.changed_at = kept, by.account_id, at
    _record(session, "import.mapping_kept", len(kept), by, at)


def forget_mapping(session: Session, *, digest: str, by: Actor, at: datetime) -> None:
    """Forget how a layout was read."""
    known = find_mapping(session, digest, scope=by.scope)
    if known is None:
        return
    if kept := _kept_secret(known, by):
        known.columns, known.account_id, known.changed_at = kept, by.account_id, at
    else:
        session.delete(known)
    session.flush()
    _record(session, "import.mapping_forgotten", len(kept), by, at)


def _kept_secret(known: ImportMapping | None, by: Actor) -> dict[str, str]:
    """Return the columns known to say which places are secret, where it is not for this person to forget them."""
    if known is None or may_place_in_refuge(by.scope):
        return {}
    return {header: meaning for header, meaning in known.columns.items() if meaning == Column.IS_REFUGE}


def _record(session: Session, action: str, columns: int, by: Actor, at: datetime) -> None:
    record_event(
        session,
        action=action,
        subject_kind="import",
        subject_id="mapping",
        by=by.account_id,
        at=at,
        detail={"columns": columns} if columns else {},
    )
