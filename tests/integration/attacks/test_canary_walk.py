"""Two towns that differ by a secret refuge alone must look the same to whoever may not know of it.

Every address that can be read, with every format and question, is asked in both towns by the same people with the same
cookies, and the answers are compared letter by letter: names, counts, orders, pages and statuses at once. Words of the
refuge are looked for beside that, in answers and in the server's log. The last tests take one filter away and see the
walk notice it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.vocabulary import Right, Role
from app.clock import frozen, now
from app.resources import models
from app.resources.vocabulary import KindGroup
from tests.factories.cases import actor_of
from tests.factories.planning import make_release
from tests.factories.resources import make_kind
from tests.factories.secret import CANARIES, KIND, LAT, LON, NAME, make_secret
from tests.factories.town import Town
from tests.integration.test_who_may_enter import WORDS
from tests.support.accounts import PASSWORD, make_account
from tests.support.databases import MakeApp, Stores, database_of, new_browser

# Who asks: nobody, everybody at once, and those whose pages are their own. All lack the right.
PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "everything": tuple(Role),
    "coordinator": (Role.COORDINATOR,),
    "community": (Role.COMMUNITY,),
    "referrer": (Role.REFERRER,),
    "planner": (Role.PLANNER,),
    "admin": (Role.ADMIN,),
}
NOBODY = "nobody"

# What is asked of every address without a key, each with what it is after.
QUESTIONS = (
    "",
    f"q={quote('白菫')}",
    f"q={quote('霞隠町')}",
    "q=7431",
    "sort=-name",
    "sort=confirmed",
    "view=print",
    "view=table&gap=1",
    "view=map",
    "page=2",
    "seats=1",
    "day=1&ended=1",
)

# Written anew at each request: the token of a form, the nonce of the policy.
_FLEETING = re.compile(
    rb'name="csrf_token"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="csrf_token"|&#34;X-CSRFToken&#34;[^}]*|nonce="[^"]*"'
    rb'|"X-CSRFToken"[^}]*|content="[^"]*" name="csrf-token"|name="csrf-token" content="[^"]*"'
)


@dataclass(frozen=True)
class Worlds:
    """The same town twice: as it is, and with a refuge in it. `keys` lead to what there is, `hidden` to the refuge."""

    open: Flask
    hiding: Flask
    keys: Mapping[str, object]
    hidden: Mapping[str, object]
    cookies: Mapping[str, str]
    keeper: str

    def clients(self, who: str) -> tuple[FlaskClient, FlaskClient]:
        """The same person in both. What they are shown is compared and not parsed: there is much of it."""
        found = FlaskClient(self.open, Response), FlaskClient(self.hiding, Response)
        if who != NOBODY:
            for client in found:
                client.set_cookie("tsunagi", self.cookies[who])
        return found


@pytest.fixture
def clock() -> Iterator[None]:
    """Both towns are asked in the same moment."""
    with frozen(now()):
        yield


@pytest.fixture
def worlds(clock: None, stores: Stores, make_app: MakeApp, kind: str) -> Worlds:
    """A town in which there is something of everything, and its twin with a refuge."""
    database = stores.make(kind)
    app = make_app(database)
    keeper = make_account(
        database, Role.COORDINATOR, Role.CSW, Role.COMMUNITY, rights=(Right.PLACE_IN_REFUGE,)
    )
    worker = make_account(database, *Role)
    # The kind itself stands in both: that a town may have refuges is the law's word and no secret.
    make_kind(database, KIND, KindGroup.REFUGE)
    town = Town(database, actor_of(database, worker))
    town.grow(2)
    make_release(database, now())
    accounts = {name: make_account(database, *roles) for name, roles in PEOPLE.items()}
    cookies = {name: _sign_in(app, account.login_name) for name, account in accounts.items()}
    cookies["keeper"] = _sign_in(app, keeper.login_name)
    database_of(app).dispose()
    twin = stores.copy(database)
    area, beside = town.keys["area_id"], town.keys["resource_id"]
    assert isinstance(area, int)
    assert isinstance(beside, int)
    hidden = make_secret(twin, actor_of(twin, keeper), area_id=area, beside=beside)
    return Worlds(app, make_app(twin), town.keys, hidden, cookies, "keeper")


def _sign_in(app: Flask, name: str) -> str:
    browser = new_browser(app)
    assert browser.sign_in(name, PASSWORD).status_code == 303
    cookie = browser.get_cookie("tsunagi")
    assert cookie is not None
    return cookie.value


def _addresses(worlds: Worlds, questions: Collection[str]) -> Iterator[str]:
    """Every address that can be read: with keys of what there is, with keys of the refuge, and with questions."""
    app = worlds.hiding
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if not rule.arguments:
            yield from (f"{rule.rule}?{question}".rstrip("?") for question in questions)
            continue
        for keys in (worlds.keys, {**worlds.keys, **worlds.hidden}):
            values = {name: keys.get(name, _word(rule._converters[name])) for name in rule.arguments}
            with app.test_request_context():
                yield app.url_map.bind("localhost").build(rule.endpoint, values)


def _word(converter: Any) -> object:
    words = getattr(converter, "items", None) or WORDS
    return converter.to_python(next(word for word in words if re.fullmatch(converter.regex, word)))


def _read(answer: TestResponse) -> bytes:
    """What an answer says, packed or not, without what is made anew at each request."""
    if answer.data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            names = [name for name in packed.namelist() if not name.startswith("docProps/")]
            return b"".join(packed.read(name) for name in names)
    if answer.data[:4] == b"%PDF":
        # Packed by its own rules: the twin is compared by its length, which every word would change.
        return str(len(answer.data)).encode()
    return _FLEETING.sub(b"", answer.data)


def differences(
    worlds: Worlds, who: str, questions: Collection[str] = QUESTIONS, only: str = ""
) -> list[str]:
    """Walk through all that somebody can read, and return the addresses that tell of the refuge, with what they tell."""
    found = []
    before, after = worlds.clients(who)
    for address in dict.fromkeys(_addresses(worlds, questions)):
        if only not in address:
            continue
        plain, hiding = before.get(address), after.get(address)
        said = _read(hiding)
        # What somebody typed is shown to them again.
        typed = [word for word in CANARIES if quote(word) in address or word in address]
        told = [word for word in CANARIES if word not in typed and word.encode() in said]
        if told:
            found.append(f"{address} tells {told}")
        elif plain.status_code != hiding.status_code:
            found.append(f"{address} answers {hiding.status_code} instead of {plain.status_code}")
        elif _read(plain) != said:
            found.append(f"{address} is not the same")
    return found


@pytest.mark.parametrize(
    ("kind", "who"),
    [("embedded", who) for who in (NOBODY, *PEOPLE)] + [("postgis", NOBODY), ("postgis", "everything")],
    indirect=["kind"],
)
def test_a_town_with_a_refuge_looks_like_one_without(
    worlds: Worlds, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="app")
    questions = QUESTIONS if who in (NOBODY, "everything") else QUESTIONS[:1]
    assert differences(worlds, who, questions) == []
    assert [word for word in CANARIES if word in caplog.text] == []


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_asking_what_is_near_to_the_refuge_tells_nothing(worlds: Worlds) -> None:
    for who in (NOBODY, "everything"):
        answers = []
        for client in worlds.clients(who):
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/resources").text)
            assert token is not None
            here = {"csrf_token": token[1], "lat": str(LAT), "lon": str(LON)}
            answers.append(_read(client.post("/resources/nearby", data=here)))
        assert answers[0] == answers[1]
        assert [word for word in CANARIES if word.encode() in answers[1]] == []


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_the_walk_finds_the_refuge_for_who_holds_the_right(worlds: Worlds) -> None:
    found = differences(worlds, worlds.keeper, questions=("",), only="/resources")
    assert any(NAME in difference for difference in found)


@contextmanager
def without_filter(model: Any) -> Iterator[None]:
    """Take the filter of a table away."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "visible_to", classmethod(lambda cls, scope: sa.true()))
        yield


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    ("model", "only"),
    [
        (models.Resource, "/resources"),
        (models.Change, "/catalogue-changes"),
        (models.FieldNote, "/field-notes"),
    ],
)
def test_the_walk_notices_when_a_filter_is_missing(worlds: Worlds, model: Any, only: str) -> None:
    assert differences(worlds, "everything", questions=("",), only=only) == []
    with without_filter(model):
        assert differences(worlds, "everything", questions=("",), only=only) != []
