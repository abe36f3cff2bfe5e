"""Answers to programs outside: what they may read of us, and how they are refused."""

from __future__ import annotations

from flask import Response


def open_to_all(response: Response) -> Response:
    """Let the pages of anybody read an answer that is public for everybody; cookies are never asked for."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def refuse_in_words(text: str) -> Response:
    """Refuse in words alone: a program asks, and shows them where it shows anything."""
    return Response(text, status=422, content_type="text/plain; charset=utf-8")
