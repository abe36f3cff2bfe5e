"""A second fence beside the CSRF token: the browser itself says from where a form was sent."""

from __future__ import annotations

from flask import Flask, request
from flask_wtf.csrf import CSRFError


def install_origin_check(app: Flask) -> None:
    """Refuse what changes something and was started by another site (`Sec-Fetch-Site`, Fetch Metadata of the W3C).

    Browsers that do not send the header are left to the token.
    """

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Sec-Fetch-Site") in (
            "cross-site",
            "same-site",
        ):
            raise CSRFError("the request was started by another site")
