"""The demo: accounts with a published password, one for each role, in a database that is marked for it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.accounts.service import create_account
from app.accounts.vocabulary import Actor, Affiliation, Role
from app.config import ROOT

TOWN = ROOT / "data" / "demo"

PASSWORD = "tsunagi-demo-machi"  # noqa: S105 -- published on purpose; such accounts live in a marked database only


@dataclass(frozen=True)
class Step:
    """One step of the seeding: what it is called on the progress bar, how far it is, how far it goes."""

    label: str
    done: int
    total: int


def seed_town(session: Session, *, at: datetime) -> Iterator[Step]:
    """Fill an empty database with the demo town, yielding after each piece."""
    yield from _seed_accounts(session, Actor.system("seeding the demo town"), at)


def _seed_accounts(session: Session, by: Actor, at: datetime) -> Iterator[Step]:
    rows = [row for row in _read(TOWN / "staff.csv") if _roles(row)]
    for done, row in enumerate(rows, start=1):
        create_account(
            session,
            login_name=row["ログイン名"],
            display_name=row["氏名"],
            affiliation=Affiliation.CITY if row["所属"] == "市" else Affiliation.ENTRUSTED,
            organisation=f"{row['所属']} {row['職名']}",
            roles=_roles(row),
            password=PASSWORD,
            is_demo=True,
            by=by,
            at=at,
        )
        yield Step("アカウント", done, len(rows))


def _roles(row: dict[str, str]) -> set[Role]:
    """Hosts have no account: they come by signed links."""
    return {Role(word) for word in row["役割"].split(";") if word in set(Role)}


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
