"""Security headers on every dynamic answer: the browser is told to trust this server alone."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Leaflet draws its empty tiles and the marker of a pin as data addresses.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

# The phone may say where it is when the person asks for the places nearby; everything else stays shut.
PERMISSIONS_POLICY = ", ".join(
    (
        "geolocation=(self)",
        "camera=()",
        "microphone=()",
        "payment=()",
        "usb=()",
        "serial=()",
        "midi=()",
        "display-capture=()",
        "browsing-topics=()",
    )
)

# Headers that do not depend on the answer; static files carry them too.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not `no-referrer`: the CSRF check over https compares the referring page of the same origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Frame-Options": "DENY",
}

TWO_YEARS = 63_072_000


def install_headers(app: Flask) -> None:
    """Set the headers; an answer that needs another policy (a download, an open-data file) sets its own before."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        # Pages hold what people told us in confidence; a shared office computer must not keep them.
        response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains"
            )
        return response
