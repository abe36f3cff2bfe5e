"""毎日の仕事: what the product does by itself every day, for the admin."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, current_app, render_template

from app.accounts.guards import current_actor, requires
from app.accounts.vocabulary import Role
from app.clock import now
from app.jobs import queries
from app.jobs.policies import MOST_TRIES
from app.jobs.service.duties import Duty
from app.web.transaction import session

blueprint = Blueprint("jobs", __name__, template_folder="templates")

_EXTENSION = "tsunagi.duties"


def introduce_duties(app: Flask, duties: Sequence[Duty]) -> None:
    """Tell the page which duties there are; upper slices bring them."""
    app.extensions[_EXTENSION] = tuple(duties)


@blueprint.get("/duties")
@requires(Role.ADMIN)
def list_duties() -> str:
    """Every duty with its last run, and why it could not be done."""
    duties: tuple[Duty, ...] = current_app.extensions[_EXTENSION]
    rows = queries.list_duties(session(), scope=current_actor().scope)
    return render_template(
        "jobs/duties.html",
        duties=duties,
        known={row.name: row for row in rows},
        at=now(),
        most_tries=MOST_TRIES,
    )
