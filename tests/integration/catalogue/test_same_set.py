"""List, table, map and paper show the same resources, whatever somebody asks for."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.vocabulary import Right, Role
from app.db.database import Database
from tests.factories.resources import make_catalogue, make_town
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser

from .conftest import Features, Shown

QUESTIONS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(["体", "カフェ", "体操の会", "こもれび 畑", "ない"]),
        "day": st.lists(st.integers(0, 6), max_size=3, unique=True),
        "kind": st.lists(st.integers(1, 5), max_size=2, unique=True),
        "gap": st.just("y"),
        "ended": st.just("y"),
        "on": st.sampled_from(["2026-11-24", "2026-11-23", "2026-11-28"]),
        "card": st.sampled_from(["light", "full"]),
        "near": st.sampled_from([{"within": 2000}, {"within": 10000, "sort": "near"}, {"sort": "near"}]),
        "order": st.sampled_from(["name", "-name", "kind", "confirmed", "-confirmed"]),
    },
)


def address(question: dict[str, object], town: int) -> str:
    """The filter as an address, without its view."""
    asked = dict(question)
    near, order = asked.pop("near", None), asked.pop("order", None)
    if order:
        asked["sort"] = order
    if isinstance(near, dict):
        asked |= near | {"town": town}
    return urlencode(asked, doseq=True)


@pytest.mark.parametrize("who", ["resident", "staff", "refuge"])
def test_all_views_show_the_same_set(
    database: Database,
    client: Browser,
    sign_in_as: SignInAs,
    shown: Shown,
    shown_on_all_pages: Shown,
    features: Features,
    who: str,
) -> None:
    make_catalogue(database, 120)
    town = make_town(database, "駅前一丁目")
    browser = client
    if who != "resident":
        rights = (Right.PLACE_IN_REFUGE,) if who == "refuge" else ()
        browser = sign_in_as(account=make_account(database, Role.COORDINATOR, rights=rights))

    @settings(max_examples=12, deadline=None)
    @given(QUESTIONS)
    def same(question: dict[str, object]) -> None:
        asked = address(question, town)
        listed = shown_on_all_pages(browser, f"/resources?{asked}")
        assert len(listed) == len(set(listed))
        assert shown_on_all_pages(browser, f"/resources?{asked}&view=table") == listed
        assert shown(browser, f"/resources?{asked}&view=print") == listed
        drawn = {feature["id"] for feature in features(browser, f"/resources/map.geojson?{asked}")}
        assert drawn <= set(listed)
        browser.get(f"/resources?{asked}&view=map")
        missing = len(listed) - len(drawn)
        assert f"{len(listed)}件" in browser.text
        assert (f"地図に出せない場所 {missing}件" in browser.text) is bool(listed and missing)

    same()
