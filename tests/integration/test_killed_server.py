"""The real server is killed again and again while it writes: what it answered is there, and nothing is half."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from app.accounts import service
from app.accounts.vocabulary import Role
from app.audit.service import verify_log
from app.clock import now
from app.db.database import Database
from app.operations.backups import verify_database
from tests.support.accounts import BY, make_account
from tests.support.databases import Stores, environment_for, rows_of
from tests.support.processes import Server

KILLS = 20
WRITERS = 3


class Writer(threading.Thread):
    """Makes one account after the other, and notes those that the server said are made."""

    def __init__(self, number: int, port: int, cookie: str, token: str) -> None:
        super().__init__(daemon=True)
        self.answered: list[str] = []
        self.stopped = False
        self._number, self._port = number, port
        self._token = token
        self._headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}

    def run(self) -> None:
        """Send until stopped; an answer that does not come is no answer."""
        count = 0
        while not self.stopped:
            count += 1
            name = f"writer{self._number}.{count}"
            try:
                if self._send(name) == 200:
                    self.answered.append(name)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)

    def _send(self, name: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        fields = {
            "csrf_token": self._token,
            "login_name": name,
            "display_name": name,
            "organisation": "x",
            "affiliation": "city",
            "roles": ["csw", "planner"],
        }
        try:
            connection.request("POST", "/accounts/new", urlencode(fields, doseq=True), self._headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


def signed_in(database: Database) -> str:
    """The cookie of an administrator."""
    admin = make_account(database, Role.ADMIN)
    with database.writing(BY.scope) as session:
        attempt = service.open_attempt(session, name_digest="x", address_digest="x", at=now())
        admission = service.sign_in(
            session, account_id=admin.id, attempt_id=attempt, password="", device="test", at=now()
        )
    return f"tsunagi={admission.token}"


def form_of(port: int, cookie: str) -> tuple[str, str]:
    """The cookie of the form, and its token: both outlive the server, since the key is the same."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/accounts/new", headers={"Cookie": cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, answer.status
    return (answer.headers["Set-Cookie"] or "").partition(";")[0], found[1]


def test_what_was_answered_outlives_twenty_kills(stores: Stores, kind: str, key_file: Path) -> None:
    database = stores.make(kind)
    cookie = signed_in(database)
    server = Server(environment_for(database.engine.url, key_file), bare=True)
    chance = random.Random(1)
    server.start()
    form_cookie, token = form_of(server.port, cookie)
    writers = [Writer(number, server.port, f"{cookie}; {form_cookie}", token) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for kill in range(KILLS):
        if kill:
            server.start()
        before = sum(len(writer.answered) for writer in writers)
        deadline = time.monotonic() + 10
        while sum(len(writer.answered) for writer in writers) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.2))
        server.kill()
    for writer in writers:
        writer.stopped = True
    for writer in writers:
        writer.join()

    answered = {name for writer in writers for name in writer.answered}
    accounts = {str(row["login_name"]): row["id"] for row in rows_of(database, "account")}
    assert len(answered) >= KILLS
    assert answered <= accounts.keys()
    assert verify_database(database).troubles == ()
    with database.reading() as session:
        assert verify_log(session).holds
    # Nothing is half: each account has both its roles and exactly one event that tells of it.
    made = [name for name in accounts if name.startswith("writer")]
    told = [
        row["subject_id"] for row in rows_of(database, "audit_event") if row["action"] == "account.created"
    ]
    roles = [row["account_id"] for row in rows_of(database, "account_role")]
    for name in made:
        assert told.count(str(accounts[name])) == 1, name
        assert roles.count(accounts[name]) == 2, name
