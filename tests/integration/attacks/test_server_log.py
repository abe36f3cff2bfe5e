"""Somebody who reads the server's log: a statement that fails must not tell there what it carried."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts.models import Account
from app.db.database import Database
from tests.support.accounts import BY, make_account


def test_a_statement_that_fails_does_not_tell_what_it_carried(database: Database) -> None:
    account = make_account(database)
    with pytest.raises(sa.exc.IntegrityError) as failure, database.writing(BY.scope) as session:
        session.execute(
            sa.update(Account)
            .where(Account.id == account.id)
            .values(display_name="秘田 露子", organisation=None)
        )
    assert "parameters:" not in str(failure.value).replace("parameters hidden", "")
    assert "hide_parameters=True" in str(failure.value)
