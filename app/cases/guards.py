"""What the pages about one case share, in this slice and in those above: the address, who may, and the line in the log."""

from __future__ import annotations

from flask import url_for

from app.accounts.guards import current_actor
from app.accounts.vocabulary import TEAM_ROLES
from app.cases import service
from app.clock import now
from app.web.transaction import apart

TEAM = tuple(sorted(TEAM_ROLES))
"""For `@requires(*TEAM)`: who may belong to a support team."""

CASE_ID = "<string(length=22):case_id>"


def case_url(case_id: str) -> str:
    """The address of a case."""
    return url_for("cases.show_case", case_id=case_id)


def note_case_read(case_id: str) -> None:
    """Write into the log that something of this case is about to be shown; without the line, no page."""
    with apart(write=True) as opened:
        service.record_case_read(opened, case_id=case_id, by=current_actor(), at=now())
