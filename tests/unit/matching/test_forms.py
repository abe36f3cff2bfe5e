"""The form of a need: what is shown is what is read back, and what cannot stand is said at its field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.matching.engine.profile import NeedProfile
from app.matching.exchange import NeedContent
from app.matching.forms.needs import NeedForm, need_data
from app.matching.vocabulary import TravelMode
from app.resources.engine.traits import AccessItem, Feature, Purpose, Scale, TakingPart

PROFILE = NeedProfile(
    person_key="",
    purposes={Purpose.TIES: 5, Purpose.HEALTH: 2},
    kinds_now=frozenset({TakingPart.BEING, TakingPart.JOY}),
    kinds_to_try=frozenset({TakingPart.WORK}),
    free_slots=0b1001,
    min_weeks_per_month=2.0,
    travel_mode=TravelMode.BUS,
    travel_minutes=30,
    leaves_by_minute=16 * 60 + 40,
    support_drives=False,
    access_needs=frozenset({AccessItem.HANDRAIL}),
    limits={Scale.NOISE: 1, Scale.LOAD: 2},
    wishes={Scale.PACE: 3},
    people_limit=10,
    musts=frozenset({Feature.COMPANION}),
    must_nots=frozenset({Feature.MALE_STAFF}),
    fee_limit_yen=0,
    interests=("本", "畑"),
    own_words="本のそばで",
)


@pytest.fixture
def typed() -> Iterator[MultiDict[str, str]]:
    """What a browser sends for `PROFILE`, inside a request."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="test", WTF_CSRF_ENABLED=False)
    sent: MultiDict[str, str] = MultiDict()
    for name, value in need_data(NeedContent(PROFILE, "大きな音", ("通院の曜日",)), 4).items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None and one is not False:
                sent.add(name, "y" if one is True else str(one))
    with app.test_request_context(method="POST"):
        yield sent


def test_what_is_shown_is_read_back(typed: MultiDict[str, str]) -> None:
    form = NeedForm(formdata=typed)
    assert form.validate(), form.errors
    assert form.content_with(frozenset()) == NeedContent(PROFILE, "大きな音", ("通院の曜日",))
    assert form.version == 4


def test_an_empty_form_makes_no_limit(typed: MultiDict[str, str]) -> None:
    form = NeedForm(formdata=MultiDict({"own_words": ""}))
    assert form.validate(), form.errors
    assert form.content_with(frozenset()) == NeedContent(NeedProfile(person_key=""))


@pytest.mark.parametrize(
    ("name", "value", "field", "said"),
    [
        ("as_is", "y", "kinds_now", "どちらかに"),
        ("musts", "MALE_STAFF", "must_nots", "どちらかに"),
        ("travel_mode", "", "travel_minutes", "行きかたも"),
        ("travel_minutes", "たくさん", "travel_minutes", "数字"),
        ("people_limit", "0", "people_limit", "1"),
        ("has_no_time", "y", "free_slots", "どちらかに"),
        ("leaves_by", "夕方", "leaves_by", "時刻"),
        ("kinds_now", "FLYING", "kinds_now", "並んでいるものから"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(
    typed: MultiDict[str, str], name: str, value: str, field: str, said: str
) -> None:
    typed.setlist(name, [value])
    form = NeedForm(formdata=typed)
    assert not form.validate()
    assert said in " ".join(str(error) for error in form.errors[field])


def test_no_time_at_all_is_kept_apart_from_not_asked(typed: MultiDict[str, str]) -> None:
    form = NeedForm(formdata=MultiDict({"has_no_time": "y"}))
    assert form.validate(), form.errors
    content = form.content_with(frozenset())
    assert content.profile.free_slots == 0
    assert need_data(content, 1)["has_no_time"] is True
    wishing = NeedForm(formdata=MultiDict({"has_no_time": "y", "min_hours_per_week": "3"}))
    assert wishing.read_content(frozenset()) is None
    assert "空いている時間がない" in " ".join(wishing.errors["min_hours_per_week"])
    assert typed


def test_what_the_profile_alone_refuses_is_said_at_the_head(
    typed: MultiDict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = NeedForm(formdata=typed)

    def refuse(*_: object) -> NeedContent:
        raise ValueError("両方は成り立ちません。")

    monkeypatch.setattr(NeedForm, "content_with", refuse)
    assert form.read_content(frozenset()) is None
    assert form.form_errors == ["両方は成り立ちません。"]


def test_a_version_of_thousands_of_digits_is_none(typed: MultiDict[str, str]) -> None:
    typed["seen_version"] = "9" * 5_000
    assert NeedForm(formdata=typed).version == 0
