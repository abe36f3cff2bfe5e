"""Who does what: the handlers, daily duties and errands of all slices, for the server and for `tsunagi jobs`."""

from __future__ import annotations

from typing import Final

from app.config import Settings
from app.development.service import retention
from app.jobs.service.duties import Duty
from app.jobs.service.working import Errand, Handler
from app.matching.service import lapsing, words
from app.outbox.service.sending import Postman
from app.outbox.service.smtp import SmtpMailer
from app.resources.service import bulk_jobs, fieldwork, freshness, import_jobs, indexing

HANDLERS: Final[dict[str, Handler]] = {
    **import_jobs.HANDLERS,
    **bulk_jobs.HANDLERS,
    **lapsing.HANDLERS,
}

DUTIES: Final[tuple[Duty, ...]] = (
    *lapsing.DUTIES,
    *retention.DUTIES,
    *freshness.DUTIES,
    *fieldwork.DUTIES,
    *indexing.DUTIES,
    # After the words of all places are as they are cut today.
    *words.DUTIES,
)


def make_errands(settings: Settings) -> tuple[Errand, ...]:
    """Return what is looked for every half minute in an installation with these settings."""
    mailer = SmtpMailer(settings.mail_server) if settings.mail_server else None
    # What was confirmed a moment ago is withdrawn before anything is sent.
    return (*freshness.ERRANDS, Errand("outbox.send", Postman(mailer, settings.public_url).make_round))
