"""The people who work in the demo town."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.service import create_account
from app.accounts.vocabulary import Actor, Affiliation, Right, Role
from app.operations.demo.files import TownFiles
from app.operations.demo.steps import Step

PASSWORD = "tsunagi-demo-machi"  # noqa: S105 -- published on purpose; such accounts live in a marked database only


def seed_accounts(session: Session, files: TownFiles, *, by: Actor, at: datetime) -> Iterator[Step]:
    """Make the accounts; hosts have none, they come by signed links."""
    rows = [row for row in files.rows("staff.csv") if _roles(row)]
    for done, row in enumerate(rows, start=1):
        create_account(
            session,
            login_name=row["ログイン名"],
            display_name=row["氏名"],
            affiliation=Affiliation.CITY if row["所属"] == "市" else Affiliation.ENTRUSTED,
            organisation=f"{row['所属']} {row['職名']}",
            roles=_roles(row),
            rights={Right(word) for word in row.get("権限", "").split(";") if word},
            password=PASSWORD,
            is_demo=True,
            by=by,
            at=at,
        )
        yield Step("アカウント", done, len(rows))


def _roles(row: dict[str, str]) -> set[Role]:
    return {Role(word) for word in row["役割"].split(";") if word in set(Role)}
