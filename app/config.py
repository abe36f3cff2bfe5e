"""Settings: read once from the environment, typed, checked together at start.

Every setting is a field of `Settings`; its comment is its documentation. A wrong value stops the start with all
problems listed at once, because an operator who mends one line at a time loses an evening.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: migrations and the demo town are found below it."""


class SettingsError(Exception):
    """The environment cannot be used; the message lists every variable, what is wrong and what to write."""


class Mode(StrEnum):
    """What the installation is for."""

    PRODUCTION = "production"
    DEMO = "demo"


class MailTls(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def usual_port(self) -> int:
        """The port on which such servers take mail from programs."""
        return {"starttls": 587, "tls": 465, "none": 25}[self.value]


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The server that takes our mails, and the address that they come from."""

    host: str
    port: int
    tls: MailTls
    sender: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that the environment decides."""

    # TSUNAGI_MODE: `production` (default) or `demo`. Production refuses to start on a database marked as demo.
    mode: Mode
    # DATABASE_URL: sqlite:///FILE (SQLCipher file, the default is var/tsunagi.db) or postgresql+psycopg://...
    database_url: URL
    # TSUNAGI_KEY_FILE: 64 hex digits, readable by its owner only; default var/tsunagi.key. Keep a copy elsewhere.
    key_file: Path
    # TSUNAGI_HTTPS: 1 (default in production) marks cookies as secure and sends HSTS; 0 only for a try-out.
    https: bool
    # TSUNAGI_TRUSTED_PROXIES: how many proxies in front may set X-Forwarded-For and -Proto; default 0.
    trusted_proxies: int
    # TSUNAGI_IDLE_MINUTES: a sign-in unused for this long ends; default 60.
    idle_after: timedelta
    # TSUNAGI_SIGN_IN_HOURS: a sign-in ends after this long in any case; default 12.
    sign_in_lasts: timedelta
    # TSUNAGI_PUBLIC_URL: how people outside reach this installation, for links in mails and letters; no path.
    public_url: str | None
    # TSUNAGI_SMTP_HOST: the server that takes mails; without one, mails become letters to print. With it:
    # TSUNAGI_SMTP_FROM (the sender's address, must be given, and so must TSUNAGI_PUBLIC_URL), TSUNAGI_SMTP_TLS
    # (`starttls` by default, `tls` or `none`), TSUNAGI_SMTP_PORT (587, 465 or 25 by TSUNAGI_SMTP_TLS),
    # TSUNAGI_SMTP_USER and TSUNAGI_SMTP_PASSWORD (both or none).
    mail_server: MailServer | None
    # PORT: where `tsunagi serve` listens on 127.0.0.1; default 8000.
    port: int

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the embedded, encrypted file."""
        return self.database_url.get_backend_name() == "sqlite"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raise `SettingsError` naming every variable that is wrong."""
        reader = _Reader(environment)
        mode = reader.read("TSUNAGI_MODE", Mode.PRODUCTION, Mode, "`production` or `demo`")
        settings = cls(
            mode=mode,
            database_url=reader.read("DATABASE_URL", _default_database(), _database, _DATABASE_FORMS),
            key_file=reader.read("TSUNAGI_KEY_FILE", ROOT / "var/tsunagi.key", Path, "a path"),
            https=reader.read("TSUNAGI_HTTPS", mode is Mode.PRODUCTION, _switch, "1 or 0"),
            trusted_proxies=reader.read("TSUNAGI_TRUSTED_PROXIES", 0, _whole(0, 5), "0 to 5"),
            idle_after=timedelta(minutes=reader.read("TSUNAGI_IDLE_MINUTES", 60, _whole(5, 720), "5 to 720")),
            sign_in_lasts=timedelta(hours=reader.read("TSUNAGI_SIGN_IN_HOURS", 12, _whole(1, 24), "1 to 24")),
            public_url=reader.read("TSUNAGI_PUBLIC_URL", None, _public_url, _PUBLIC_URL_FORM),
            mail_server=_read_mail_server(reader),
            port=reader.read("PORT", 8000, _whole(1, 65535), "1 to 65535"),
        )
        reader.raise_problems()
        return settings


_PUBLIC_URL_FORM = "`https://HOST` without a path"
_DATABASE_FORMS = "`sqlite:///FILE` or `postgresql+psycopg://USER:PASSWORD@HOST/NAME`"


class _Reader:
    """Collects the problems instead of stopping at the first."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._problems: list[str] = []

    def read(self, name: str, default: T, parse: Callable[[str], T], expected: str) -> T:
        raw = self._environment.get(name, "").strip()
        if not raw:
            return default
        try:
            return parse(raw)
        except (ValueError, ArgumentError):
            # The value itself is not repeated: DATABASE_URL may carry a password.
            self._problems.append(f"{name} is not usable: expected {expected}")
            return default

    def require(self, name: str, other: str) -> None:
        """Note the lack of a setting that another one needs."""
        if not self._environment.get(name, "").strip():
            self._problems.append(f"{name} is not usable: expected a value, since {other} is set")

    def raise_problems(self) -> None:
        if self._problems:
            raise SettingsError("\n".join(self._problems))


def _read_mail_server(reader: _Reader) -> MailServer | None:
    host = reader.read("TSUNAGI_SMTP_HOST", "", _host_name, "the name of a server")
    tls = reader.read("TSUNAGI_SMTP_TLS", MailTls.STARTTLS, MailTls, "`starttls`, `tls` or `none`")
    port = reader.read("TSUNAGI_SMTP_PORT", tls.usual_port, _whole(1, 65535), "1 to 65535")
    sender = reader.read("TSUNAGI_SMTP_FROM", "", _mail_address, "an address such as tsunagi@town.example")
    user = reader.read("TSUNAGI_SMTP_USER", "", str, "a name")
    password = reader.read("TSUNAGI_SMTP_PASSWORD", "", str, "a password")
    if user:
        reader.require("TSUNAGI_SMTP_PASSWORD", "TSUNAGI_SMTP_USER")
    if not host:
        return None
    for name in ("TSUNAGI_SMTP_FROM", "TSUNAGI_PUBLIC_URL"):
        reader.require(name, "TSUNAGI_SMTP_HOST")
    return MailServer(host=host, port=port, tls=tls, sender=sender, user=user, password=password)


def _default_database() -> URL:
    return make_url(f"sqlite:///{ROOT / 'var/tsunagi.db'}")


def _database(raw: str) -> URL:
    url = make_url(raw)
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg") or not url.database:
        raise ValueError(raw)
    return url


def _public_url(raw: str) -> str:
    return raw.rstrip("/") if re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", raw) else _fail(raw)


def _host_name(raw: str) -> str:
    return raw if re.fullmatch(r"[A-Za-z0-9.:-]+", raw) else _fail(raw)


def _mail_address(raw: str) -> str:
    return raw if re.fullmatch(r"[^\s@<>,;\"]+@[A-Za-z0-9.-]+", raw) else _fail(raw)


def _switch(raw: str) -> bool:
    return {"1": True, "0": False}[raw] if raw in ("0", "1") else _fail(raw)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        value = int(raw)
        return value if least <= value <= most else _fail(raw)

    return parse


def _fail(raw: str) -> NoReturn:
    raise ValueError(raw)
