"""The only reader and writer of htmx's headers. Every page also works without htmx."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

# What an answer may depend on. A cache between must not hand a fragment to somebody who loads the page.
VARIES_WITH = ("HX-Request", "HX-Request-Type")


def is_htmx() -> bool:
    """Whether htmx sent this request, whatever part of the page it wants."""
    return request.headers.get("HX-Request") == "true"


def wants_fragment() -> bool:
    """Whether the answer will be swapped into a part of an open page, so that the layout must stay away."""
    return is_htmx() and request.headers.get("HX-Request-Type") == "partial"


def render(page: str, fragment: str, **context: Any) -> str:
    """Render the fragment for a swap and the whole page otherwise, both from one context.

    The page includes the fragment, so what is swapped equals what a fresh load shows.
    """
    return render_template(fragment if wants_fragment() else page, **context)


def go_to(address: str) -> BaseResponse:
    """Send the browser to another page after a POST.

    A swap would follow a redirect silently and put a whole page into a part of one, so htmx is told to leave.
    """
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, code=303)


def install_htmx(app: Flask) -> None:
    """Tell caches that the same address answers differently to htmx."""

    @app.after_request
    def vary(response: Response) -> Response:
        for header in VARIES_WITH:
            response.vary.add(header)
        return response
