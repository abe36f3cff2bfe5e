"""Freezing how telling the words of the catalogue are. A new table changes orders, so nothing but a person makes a second."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.jobs.service.duties import Duty
from app.matching import queries
from app.matching.engine.words import FEWEST_TEXTS, count_words, words_document
from app.matching.models import WordTable
from app.resources.queries.public_texts import list_public_texts
from app.web.errors import CHANGED_MEANWHILE, Refused

TOO_FEW: Final = (
    f"公開している場の文章が{FEWEST_TEXTS}件に足りないため、ことばの表はまだ作れません。"
    "作れるまでは、どのことばも同じ重さで比べます。"
)


def freeze_words(session: Session, *, by: Actor, at: datetime) -> int:
    """Freeze the next table from the public catalogue as it stands and return its version; it counts from now on.

    Proposals keep the version by which they were made. Raises `Refused` where there are too few texts.
    """
    texts = list_public_texts(session, scope=by.scope)
    if len(texts) < FEWEST_TEXTS:
        raise Refused(TOO_FEW)
    weights = count_words(texts)
    before = queries.find_word_table_facts(session, scope=by.scope)
    version = before.version + 1 if before else 1
    try:
        with session.begin_nested():
            session.add(
                WordTable(
                    version=version,
                    texts=len(texts),
                    document=words_document(weights),
                    made_by=by.account_id,
                    made_at=at,
                )
            )
    except sa.exc.IntegrityError:
        # Somebody else has just frozen this version.
        raise Refused(CHANGED_MEANWHILE) from None
    record_event(
        session,
        action="words.frozen",
        subject_kind="word_table",
        subject_id=version,
        by=by.account_id,
        at=at,
        detail={"texts": len(texts), "terms": len(weights)},
    )
    return version


def freeze_first_words(session: Session, *, by: Actor, at: datetime) -> bool:
    """Freeze the first table once there is enough to count; return whether it was made now. Never a second one."""
    if queries.find_word_table_facts(session, scope=by.scope) is not None:
        return False
    if len(list_public_texts(session, scope=by.scope)) < FEWEST_TEXTS:
        return False
    freeze_words(session, by=by, at=at)
    return True


DUTIES: Final = (Duty("matching.first_words", "ことばの重みの最初の表を作る", freeze_first_words),)
