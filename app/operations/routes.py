"""The page for a monitor. Open to everybody, so it says no more than which check holds."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.accounts.guards import public
from app.operations.checks import check_health
from app.web.transaction import database

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
@public
def show_health() -> ResponseReturnValue:
    """Answer 200 when every check holds, else 503."""
    checks = check_health(database())
    healthy = all(checks.values())
    words = {name: "ok" if holds else "trouble" for name, holds in checks.items()}
    return jsonify(status="ok" if healthy else "trouble", checks=words), 200 if healthy else 503
