"""Static files: served by the same process, cached for ever, because their address changes with their content."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path

from flask import Flask, has_request_context, request
from whitenoise import WhiteNoise

from app.web.headers import ALWAYS

STATIC_ROOT = Path(__file__).resolve().parent / "static"
STATIC_PREFIX = "/static/"
ONE_YEAR = 31_536_000


@cache
def _fingerprint(filename: str) -> str:
    """Twelve hex digits of the content; read once, because the files change only with a new release."""
    return hashlib.sha256((STATIC_ROOT / filename).read_bytes()).hexdigest()[:12]


def asset_url(filename: str) -> str:
    """The address of a static file. A name that does not exist raises, so a broken link never reaches a page."""
    root = request.script_root if has_request_context() else ""
    return f"{root}{STATIC_PREFIX}{filename}?v={_fingerprint(filename)}"


def _add_headers(headers: MutableMapping[str, str], path: str, url: str) -> None:  # noqa: ARG001
    # Their signature is given by whitenoise.
    for name, value in ALWAYS.items():
        headers[name] = value


def install_assets(app: Flask) -> None:
    """Serve ``/static/`` before Flask sees the request; the app needs no static route of its own."""
    mimetypes.add_type("text/javascript", ".js")
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=STATIC_ROOT,
        prefix=STATIC_PREFIX,
        autorefresh=app.debug,
        max_age=ONE_YEAR,
        immutable_file_test=".*",
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )
