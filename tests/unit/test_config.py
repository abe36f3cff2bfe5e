"""Settings: typed, with safe defaults, and everything that is wrong told at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.config import MailTls, Mode, Settings, SettingsError


def read(**environment: str) -> Settings:
    """The settings of an environment."""
    return Settings.from_environment(environment)


def test_without_any_setting_it_is_a_production_with_tls_on_the_embedded_database() -> None:
    settings = read()
    assert (settings.mode, settings.https, settings.port) == (Mode.PRODUCTION, True, 8000)
    assert settings.is_embedded
    assert settings.trusted_proxies == 0
    assert (settings.idle_after, settings.sign_in_lasts) == (timedelta(minutes=60), timedelta(hours=12))
    assert settings.key_file.name == "tsunagi.key"


def test_a_demo_needs_no_tls_unless_it_is_asked_for() -> None:
    assert not read(TSUNAGI_MODE="demo").https
    assert read(TSUNAGI_MODE="demo", TSUNAGI_HTTPS="1").https


def test_an_empty_setting_counts_as_none() -> None:
    assert read(PORT=" ", DATABASE_URL="", TSUNAGI_MODE="  ") == read()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@db/town",
        "postgres://user:secret@db/town",
        "postgresql+psycopg://user:secret@db/town",
    ],
)
def test_every_spelling_of_postgresql_leads_to_our_driver(url: str) -> None:
    settings = read(DATABASE_URL=url)
    assert settings.database_url.drivername == "postgresql+psycopg"
    assert not settings.is_embedded
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TSUNAGI_MODE", "Production!"),
        ("DATABASE_URL", "mysql://user:secret@db/town"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql+psycopg2://user:secret@db/town"),
        ("DATABASE_URL", "postgresql://user:secret@db:port/town"),
        ("DATABASE_URL", "secret"),
        ("TSUNAGI_HTTPS", "yes"),
        ("TSUNAGI_TRUSTED_PROXIES", "-1"),
        ("TSUNAGI_TRUSTED_PROXIES", "6"),
        ("TSUNAGI_IDLE_MINUTES", "4"),
        ("TSUNAGI_IDLE_MINUTES", "721"),
        ("TSUNAGI_SIGN_IN_HOURS", "0"),
        ("TSUNAGI_SIGN_IN_HOURS", "1.5"),
        ("TSUNAGI_PUBLIC_URL", "tsunagi.example"),
        ("TSUNAGI_PUBLIC_URL", "https://tsunagi.example/path"),
        ("TSUNAGI_SMTP_HOST", "mail server"),
        ("TSUNAGI_SMTP_TLS", "ssl"),
        ("TSUNAGI_SMTP_PORT", "0"),
        ("TSUNAGI_SMTP_FROM", "town"),
        ("TSUNAGI_SMTP_FROM", "a@b.example>\nBcc: c@d.example"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected_and_never_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not usable: expected ") as caught:
        read(**{name: value})
    assert "secret" not in str(caught.value)


def test_everything_that_is_wrong_is_listed_at_once() -> None:
    wrong = {"TSUNAGI_MODE": "x", "DATABASE_URL": "x", "TSUNAGI_HTTPS": "x", "PORT": "x"}
    with pytest.raises(SettingsError) as caught:
        read(**wrong)
    assert [line.split()[0] for line in str(caught.value).splitlines()] == list(wrong)


MAIL = {
    "TSUNAGI_SMTP_HOST": "mail.town.example",
    "TSUNAGI_SMTP_FROM": "tsunagi@town.example",
    "TSUNAGI_PUBLIC_URL": "https://tsunagi.town.example/",
}


def test_without_a_mail_server_there_is_none() -> None:
    assert read().mail_server is None
    assert read().public_url is None


@pytest.mark.parametrize(("tls", "port"), [("", 587), ("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_mail_server_is_asked_on_its_usual_port_and_protected_by_default(tls: str, port: int) -> None:
    settings = read(**MAIL, TSUNAGI_SMTP_TLS=tls)
    assert settings.mail_server is not None
    assert (settings.mail_server.port, settings.mail_server.tls) == (port, MailTls(tls or "starttls"))
    assert settings.public_url == "https://tsunagi.town.example"


@pytest.mark.parametrize("lacking", ["TSUNAGI_SMTP_FROM", "TSUNAGI_PUBLIC_URL"])
def test_a_mail_server_needs_a_sender_and_an_address_for_links(lacking: str) -> None:
    with pytest.raises(SettingsError, match=f"^{lacking} is not usable: expected a value"):
        read(**{**MAIL, lacking: ""})


def test_the_password_of_the_mail_server_is_asked_for_and_never_shown() -> None:
    with pytest.raises(SettingsError, match=r"^TSUNAGI_SMTP_PASSWORD is not usable"):
        read(**MAIL, TSUNAGI_SMTP_USER="tsunagi")
    assert "secret" not in repr(read(**MAIL, TSUNAGI_SMTP_USER="tsunagi", TSUNAGI_SMTP_PASSWORD="secret"))


def test_the_key_lies_where_it_is_said(tmp_path: Path) -> None:
    assert read(TSUNAGI_KEY_FILE=str(tmp_path / "key")).key_file == tmp_path / "key"
