"""The history in words: every column that people change has a name, and every value can be read aloud."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.resources.engine.field_words import (
    HIDDEN,
    KIND_LABELS,
    RESOURCE_LABELS,
    Names,
    label_of,
    line_of,
    shown,
)
from app.resources.models import Host, Opening, Resource, ResourceKind
from app.resources.vocabulary import ChangeSubject

NOBODY_READS = {
    "id", "identity", "search_terms", "search_text", "content_digest", "created_at", "updated_at", "version", "published_id",
    "municipality_code", "host_id",
}  # fmt: skip
NAMES = Names(areas={1: "浜町", 2: "山町"}, kinds={3: "居場所"})


def columns(model: type[Any]) -> set[str]:
    return {attribute.key for attribute in sa.inspect(model).column_attrs}


@pytest.mark.parametrize(
    ("model", "subject"),
    [
        (Resource, ChangeSubject.RESOURCE),
        (ResourceKind, ChangeSubject.KIND),
        (Host, ChangeSubject.HOST),
        (Opening, ChangeSubject.OPENING),
    ],
)
def test_every_column_that_people_change_has_a_japanese_name(
    model: type[Any], subject: ChangeSubject
) -> None:
    nameless = {
        name
        for name in columns(model) - NOBODY_READS
        if label_of(subject, name).isascii() or not label_of(subject, name)
    }
    assert nameless == set()


def test_no_name_stands_for_two_columns() -> None:
    for labels in (RESOURCE_LABELS, KIND_LABELS):
        assert len(set(labels.values())) == len(labels)


@pytest.mark.parametrize(
    ("field", "plain", "words"),
    [
        ("name", "こもれび", "こもれび"),
        ("disclosure", "partners", "関係者"),
        ("state", "ended", "終了"),
        ("point_precision", "town", "町丁目"),
        ("confirmed_on", "2026-11-20", "2026年11月20日"),
        ("gap_welcome", True, "はい"),
        ("gap_welcome", False, "いいえ"),
        ("gap_welcome", None, "不明"),
        ("capacity", 0, "0人"),
        ("age_from", 18, "18歳"),
        ("check_interval_days", 90, "90日ごと"),
        ("check_interval_days", None, "なし"),
        ("next_check_on", None, "なし"),
        ("ended_on", None, "なし"),
        ("fee", None, "不明"),
        ("fee", "", "不明"),
        ("opens_minute", 570, "9:30"),
        ("weekday_mask", 0b101, "月・水"),
        ("weekday_mask", 0, "なし"),
        ("schedule", "13Mo", "第1・3月曜日"),
        ("schedule", "2か月に1回", "2か月に1回"),
        ("point", [136.95, 33.6], "北緯33.6000・東経136.9500"),
        ("point", None, "なし"),
        ("traits", {"静けさ": "静か", "見学可": "有"}, "静けさ：静か、見学：あり"),
        (
            "service_areas",
            [[1, "whole"], [2, "ask"], [9, "part"]],
            "浜町、山町（要相談）、以前の地域（一部）",
        ),
        ("service_areas", [], "なし"),
        ("town_id", 1, "浜町"),
        ("kind_id", 3, "居場所"),
        ("kind_id", 4, "以前の種別"),
        ("is_light", True, "軽いカード（住民の集まり）"),
        ("contact_is_public", False, "非公開"),
        ("timetable", None, "なし"),
        ("timetable", {"v": 9}, "読めない予定"),
    ],
)
def test_a_value_of_a_place_in_words(field: str, plain: Any, words: str) -> None:
    assert shown(ChangeSubject.RESOURCE, field, plain, NAMES) == words


def test_a_timetable_is_read_out() -> None:
    document = {"v": 1, "meetings": [{"code": "0Tu", "opens": 570, "closes": 690}]}
    assert shown(ChangeSubject.RESOURCE, "timetable", document) == "毎週火曜日 9:30〜11:30"


@pytest.mark.parametrize(
    ("field", "plain", "words"),
    [
        ("group", "work", "働く・体験する"),
        ("is_reviewed", False, "見ていない"),
        ("is_retired", True, "選べない"),
        ("position", 3, "3番目"),
    ],
)
def test_a_value_of_a_kind_in_words(field: str, plain: Any, words: str) -> None:
    assert shown(ChangeSubject.KIND, field, plain) == words


def test_hosts_and_openings_speak_with_their_own_words() -> None:
    slot = {"weekday": 1, "part": "morning", "seats": 2, "begins_minute": 570, "ends_minute": 690}
    assert label_of(ChangeSubject.HOST, "trade") == "業種"
    assert "2人" in shown(ChangeSubject.OPENING, "slots", [slot])


def test_of_traits_only_what_differs_is_told() -> None:
    line = line_of(
        ChangeSubject.RESOURCE, "traits", {"段差": "有", "静けさ": "静か"}, {"段差": "無", "静けさ": "静か"}
    )
    assert (line.before, line.after) == ("段差：あり", "段差：なし")


def test_where_a_secret_place_is_stands_in_no_history() -> None:
    for field, value in (
        ("address", "浜町1-2"),
        ("point", [136.95, 33.6]),
        ("town_id", 1),
        ("building", "3階"),
    ):
        line = line_of(ChangeSubject.RESOURCE, field, None, value, NAMES, is_secret=True)
        assert (line.before, line.after) == (HIDDEN, HIDDEN)


def test_a_row_that_came_is_told_by_its_name() -> None:
    line = line_of(ChangeSubject.RESOURCE, "", None, {"name": "こもれび"})
    assert (line.label, line.after) == ("登録", "こもれび")
