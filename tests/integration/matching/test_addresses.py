"""Addresses are written down by proxies and kept by browsers: of none can be read what somebody needs or fears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.clock import today
from app.db.database import Database
from app.matching.vocabulary import RuleId
from app.resources.engine.traits import AccessItem, Feature
from tests.factories.cases import actor_of, make_case
from tests.factories.needs import make_cafe, write_need
from tests.factories.openings import make_host
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser

RULES = {rule.value for rule in RuleId}
TOKEN = re.compile(r"[0-9a-f]{12}(-[0-9a-f]{12})?")
LEADS_ON = {"href", "src", "action", "formaction", "hx-get", "hx-post", "hx-push-url"}
OUTDATED = "絞り込みは、いまは使えません"


@pytest.fixture
def account(database: Database) -> Account:
    """Who is signed in."""
    return make_account(database, Role.CSW, Role.COORDINATOR)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def browser(sign_in_as: SignInAs, account: Account) -> Browser:
    """Their browser."""
    return sign_in_as(account=account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """Somebody who fears male staff, cannot stand noise and needs a lift, in a town where no place is so."""
    make_host(database, "あさひ農園", confirmed_on=today())
    make_cafe(
        database,
        traits={"参加の形": "居るだけ", "静けさ": "静か", "男性スタッフ": "有", "女性スタッフ": "無"},
    )
    make_cafe(database, "にぎやかな広間", traits={"静けさ": "ふつう", "参加の形": "働く"})
    return make_case(database, csw)


def fear(database: Database, case: Case, by: Actor) -> str:
    """Write the need of somebody who fears male staff; the need's id."""
    return write_need(
        database,
        case,
        by,
        must_nots=frozenset({Feature.MALE_STAFF}),
        musts=frozenset({Feature.FEMALE_STAFF}),
        access_needs=frozenset({AccessItem.OSTOMATE}),
    ).need_id


def page(case: Case) -> str:
    return f"/cases/{case.id}/candidates"


def addresses(browser: Browser) -> Iterator[str]:
    """Wherever the last page leads."""
    assert browser.page is not None
    for element in browser.page.iter():
        for name, value in element.attrib.items():
            if name in LEADS_ON:
                yield value


def names(address: str) -> list[str]:
    """What an address says of changes and of limits that are left out. A week leaves out places, by number."""
    found = urlsplit(address)
    asked = [] if found.path.endswith("/week") else parse_qsl(found.query)
    return [value for part, value in asked if part in ("change", "without")]


def readable(address: str) -> list[str]:
    """The rules and the steps that could be read from an address."""
    words = [word for _, value in parse_qsl(urlsplit(address).query) for word in re.split(r"[^a-z_]+", value)]
    return [*(RULES & {*words}), *re.findall(r"[a-z_]+\.(?:host|person|support|programme)\b", address)]


def test_no_link_of_the_candidates_says_what_somebody_needs(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    need_id = fear(database, case, csw)
    pages = [f"/cases/{case.id}/{name}" for name in ("candidates", "week", "need")]
    waiting, seen, told = pages, set[str](), set[str]()
    while waiting and len(seen) < 25:
        path = waiting.pop()
        assert browser.get(path).status_code == 200, path
        assert OUTDATED not in browser.text, path
        seen.add(path)
        for address in addresses(browser):
            assert not readable(address), address
            assert need_id not in address
            assert all(TOKEN.fullmatch(name) for name in names(address)), address
            told |= {*names(address)}
            link = address.partition("#")[0]
            if names(link) and link not in seen and link not in waiting:
                waiting.append(link)
    assert len(seen) > 10
    assert len(told) > 5


def test_the_same_link_is_another_for_another_person_and_after_the_next_talk(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    told = []
    other = make_case(database, csw)
    for one in (case, other, case):
        fear(database, one, csw)
        browser.get(page(one))
        told.append({name for address in addresses(browser) for name in names(address)})
    assert all(len(one) > 3 for one in told)
    assert not told[0] & told[1]
    assert not told[0] & told[2]


def test_a_link_of_another_need_shows_everything_and_says_so(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    fear(database, case, csw)
    browser.get(page(case))
    links = [address for address in addresses(browser) if names(address)]
    assert {part for link in links for part, _ in parse_qsl(urlsplit(link).query)} >= {"change", "without"}
    fear(database, case, csw)
    browser.get(page(case))
    [everything] = re.findall(r"合わなかった場 \d+か所", browser.text)
    for link in links:
        browser.get(link.partition("#")[0])
        assert OUTDATED in browser.text
        assert "試しに条件を外して見ています" not in browser.text
        assert everything in browser.text
