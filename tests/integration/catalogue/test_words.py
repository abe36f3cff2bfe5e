"""What free words find, the same on both databases: exactly what somebody would find who reads every text."""

from __future__ import annotations

import csv
import itertools
from functools import cache
from importlib.resources import files
from random import Random
from urllib.parse import quote

import pytest

from app.accounts.vocabulary import Scope
from app.db.database import Database
from app.resources.queries import catalogue
from app.resources.queries.criteria import Filter
from app.text.terms import searchable
from tests.factories.resources import make_resource
from tests.support.clients import Browser

from .conftest import Shown

EVERYBODY = Scope(None)
TEXTS = {
    "料理": "みんなで料理をつくる会",
    "食堂": "子ども食堂 水曜の夕方",
    "ひきこもり": "ひきこもりの人の居場所",
    "引きこもり": "引きこもりの相談",
    "車いす": "車いすのまま入れます",
    "wifi": "Ｗｉ－Ｆｉがあります",
    "畑": "畑で草を取ります",
    "動物": "動物の世話をする日",
    "外": "田んぼと森 100円",
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("料理", {"料理"}),
        ("クッキング", {"料理"}),
        ("子供食堂", {"食堂"}),
        ("引きこもり", {"ひきこもり", "引きこもり"}),
        ("ひきこもり", {"ひきこもり", "引きこもり"}),
        ("車椅子", {"車いす"}),
        ("wifi", {"wifi"}),
        ("無線LAN", {"wifi"}),
        ("畑", {"畑"}),
        ("犬の世話", {"動物"}),
        ("猫の世話", {"動物"}),
        ("引きこもり 居場所", {"ひきこもり"}),
        ("無料", set()),
        ("料理 畑", set()),
    ],
)
def test_the_cases_of_the_field(database: Database, words: str, found: set[str]) -> None:
    keys = {
        make_resource(database, name="場", kind="種", description=text): case for case, text in TEXTS.items()
    }
    with database.reading(EVERYBODY) as session:
        entries = catalogue.list_entries(session, Filter(words=words), scope=EVERYBODY)
    assert {keys[entry.resource.id] for entry in entries} == found


def test_exact_words_find_nothing_else(client: Browser, database: Database, shown: Shown) -> None:
    kana = make_resource(database, name="車いすの会")
    kanji = make_resource(database, name="車椅子の会")
    assert set(shown(client, f"/resources?q={quote('車椅子')}")) == {kana, kanji}
    assert "「車椅子」のほか「車いす」「くるまいす」でも探しました" in client.text
    assert shown(client, f"/resources?q={quote('車椅子')}&exact=1") == [kanji]
    assert "「車椅子」だけで探しました" in client.text
    shown(client, f"/resources?q={quote('天文台')}")
    assert "でも探しました" not in client.text


def test_an_informal_gathering_is_found_by_what_its_card_shows(
    client: Browser, database: Database, shown: Shown
) -> None:
    porch = make_resource(
        database,
        name="しげさんの縁側",
        is_light=True,
        remarks="鍵は植木鉢の下",
        operator="山本しげ",
        address="本町1",
    )
    for word in ("植木鉢", "山本"):
        assert shown(client, f"/resources?q={quote(word)}") == []
    assert shown(client, f"/resources?q={quote('縁側')}") == [porch]


def test_what_no_resident_may_read_is_not_searched(client: Browser, database: Database, shown: Shown) -> None:
    make_resource(database, name="場", contact="0590-00-1234 なかよし係", contact_is_public=False)
    assert shown(client, f"/resources?q={quote('なかよし係')}") == []
    assert shown(client, "/resources?q=1234") == []


PIECES = (
    "料理", "教室", "引きこもり", "ひきこもり", "子ども", "子供", "食堂", "車いす", "車椅子", "トイレ", "Wi-Fi", "畑", "農園", "サロン",
    "居場所", "会", "の", "・", " ", "犬", "動物の世話", "散歩", "B型", "作業所", "無料", "100円", "通いの場", "体操教室",
)  # fmt: skip
QUERIES = (
    "料理教室", "教室料理", "引きこもりの会", "子供食堂", "車椅子トイレ", "wifi", "Wi-Fi 畑", "畑", "居場所", "犬の世話", "通いの場", "サロン",
    "B型", "作業所", "無料", "の会", "会・の", "体操", "場所の", "子ども 食堂",
)  # fmt: skip


def _table() -> list[tuple[list[str], list[str]]]:
    text = files("app.text").joinpath("synonyms.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return [(row[0].split(";"), [word for word in row[1].split(";") if word]) for row in rows]


@cache
def _ways(word: str) -> set[str]:
    """Every way of writing a word, by trying all cuts: the longest known piece from the left, as a reader would."""
    table = _table()
    meant: dict[str, set[str]] = {}
    equals = {searchable(word): {searchable(each) for each in equal} for equal, _ in table for word in equal}
    for equal, also in table:
        further = {way for each in also for way in equals.get(searchable(each), {searchable(each)})}
        for each in equal:
            meant[searchable(each)] = equals[searchable(each)] | further | {searchable(each) for each in also}
    pieces: list[set[str]] = []
    rest = searchable(word)
    whole = rest
    while rest:
        known = [
            size
            for size in range(len(rest), 0, -1)
            if rest[:size] in meant and (size > 1 or rest == whole == rest[:size])
        ]
        size = known[0] if known else 1
        pieces.append(meant[rest[:size]] if known else {rest[0]})
        rest = rest[size:]
    return {"".join(choice) for choice in itertools.product(*pieces)} | {whole}


def _runs(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() or sign == "ー" else " " for sign in text).split()


def _reads(text: str, query: str) -> bool:
    said = searchable(text)
    return all(
        any(all(run in said for run in _runs(way)) for way in _ways(word))
        for word in query.split()
        if _runs(word)
    )


def test_the_index_finds_what_reading_every_text_finds(database: Database) -> None:
    rng = Random(20261121)
    texts = {}
    for _ in range(120):
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 8)))
        texts[make_resource(database, name="場", kind="種", description=text)] = f"場\n{text}\n種"
    with database.reading(EVERYBODY) as session:
        for query in QUERIES:
            entries = catalogue.list_entries(session, Filter(words=query), scope=EVERYBODY)
            read = {key for key, text in texts.items() if _reads(text, query)}
            assert {entry.resource.id for entry in entries} == read, query
            counts = catalogue.count_by_kind(session, Filter(words=query), scope=EVERYBODY)
            assert sum(count.total for count in counts) == len(read), query


def test_a_word_does_not_reach_from_one_text_into_the_next(database: Database) -> None:
    make_resource(database, name="会の料", kana="理教室")
    with database.reading(EVERYBODY) as session:
        assert catalogue.list_entries(session, Filter(words="料理教室"), scope=EVERYBODY) == []


def test_all_pairs_of_a_word_in_another_order_are_not_the_word(database: Database) -> None:
    make_resource(database, name="車いす いすの車")
    turned = make_resource(database, name="料理教 教室料")
    whole = make_resource(database, name="料理教室")
    with database.reading(EVERYBODY) as session:
        entries = catalogue.list_entries(session, Filter(words="教室料理 料理"), scope=EVERYBODY)
        assert entries == []
        entries = catalogue.list_entries(session, Filter(words="料理教"), scope=EVERYBODY)
        assert {entry.resource.id for entry in entries} == {turned, whole}


@pytest.mark.parametrize(
    "words", ["'料理教室", '"料理教室', "料理教室\\", "料理教室* OR", "^料理教室", "-料理教室", "%料理_室", "NEAR(料理教室)", "search_text:料理"]
)  # fmt: skip
def test_no_mark_is_read_as_an_operator(database: Database, words: str) -> None:
    make_resource(database, name="料理教室")
    make_resource(database, name="料金と理科室")
    with database.reading(EVERYBODY) as session:
        entries = catalogue.list_entries(session, Filter(words=words), scope=EVERYBODY)
        counts = catalogue.count_by_kind(session, Filter(words=words), scope=EVERYBODY)
    read = [name for name in ("料理教室", "料金と理科室") if _reads(f"{name}\n居場所", words)]
    assert [entry.resource.name for entry in entries] == read
    assert sum(count.total for count in counts) == len(read)
