"""How long free words take among 50,000 texts, against a LIKE scan of the same rows: `make bench BENCH=search`.

Both return the keys of all that is found, on the embedded database and, where TSUNAGI_TEST_POSTGRES_URL names a
server, on PostgreSQL too. The scan looks for the words in all their ways of writing, in the texts as they are stored;
it folds nothing, so it may find less. What the product finds is compared with reading every text. The target is a
ratio: p95 ≤ 1/10 of that of the scan, over all queries alike. How often a word stands in the texts decides about
its time, so each query is told with what it found; 車椅子, which stands in every fifth text, is the worst.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import numpy as np
import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, class_mapper

from app.accounts.vocabulary import Scope
from app.crypto.keys import Keyring
from app.db import migrations
from app.db.base import Base
from app.db.database import Database
from app.geo.geocoding import PositionPrecision
from app.resources.models import Resource, ResourceKind
from app.resources.models.derived import SEARCHED
from app.resources.queries import catalogue
from app.resources.queries.criteria import Filter
from app.resources.queries.narrowing import Narrowed, find_narrowed
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState
from app.text.synonyms import words_of
from app.text.terms import document_terms, runs_of, searchable

TEXTS = 50_000
ROUNDS = 8
SCANS = 2
PAGE = 30
MOST = 0.1
KEY = Keyring(bytes(range(32)))
EVERYBODY = Scope(None)

Ask = Callable[[Session, Filter], None]

THINGS = (
    "料理", "ひきこもり", "引きこもり", "子ども食堂", "こども食堂", "畑の草取り", "動物の世話", "犬の散歩", "囲碁", "将棋", "手芸", "編み物", "読書会",
    "百歳体操", "ラジオ体操", "卓球", "合唱", "カラオケ", "陶芸", "木工", "パソコン教室", "スマホ教室", "学習支援", "日本語教室", "就労体験", "職場実習",
    "箱折り", "袋詰め", "検品", "レジ", "清掃", "弁当の配達", "認知症カフェ", "オレンジカフェ", "茶話会", "ふれあいサロン", "家族会", "断酒会", "傾聴",
    "おもちゃ病院", "ごみ拾い", "花壇の水やり", "写真", "俳句", "習字", "絵手紙", "ボードゲーム", "麻雀", "映画", "散歩", "盆踊り", "水泳", "ヨガ",
    "防災訓練", "子育てひろば", "一時預かり", "フードパントリー", "移動販売", "送迎", "筆談", "手話",
)  # fmt: skip
"""Each text has two of these: one stands in about every thirtieth text."""
FACTS = ("車いすのまま入れます", "Wi-Fiがあります", "予約は要りません", "見学できます", "駐車場があります")
"""Each text has one of these."""
SENTENCES = (
    "はじめての人には、世話役が玄関まで迎えに出ます。", "途中で帰っても、だれも何も言いません。", "お茶代は箱に入れてください。",
    "雨の日は休むことがあります。", "話さずに座っているだけの人もいます。", "道具は貸します。手ぶらで来てください。",
    "終わったあとに、少し片付けを手伝ってください。", "月のおわりに、次の月の予定を壁に張ります。",
)  # fmt: skip
TOWNS = tuple(
    f"{first}{second}"
    for first in "春夏秋冬東西南北上下中"
    for second in ("野", "浜", "台", "町", "が丘", "川", "坂")
)

QUERIES: tuple[str, ...] = (
    "料理", "子供食堂", "引きこもり", "wifi", "車椅子", "畑", "犬の世話", "囲碁", "ヨガ", "写真", "俳句", "編み物", "読書会", "百歳体操", "卓球",
    "合唱", "陶芸", "学習支援", "日本語教室", "就労体験", "検品", "配食", "認知症カフェ", "家族会", "断酒会", "傾聴", "ごみ拾い", "習字", "麻雀",
    "送り迎え", "手話", "一時預かり", "食料支援", "料理 春野", "囲碁 東浜", "引きこもり 家族会", "手芸 送迎", "春が丘 卓球", "冬坂", "西川",
    "秋が丘 子ども食堂", "天文台", "乗馬", "場12345", "スマホ教室 予約", "子育て広場 見学",
)  # fmt: skip


def run() -> dict[str, Any]:
    """Return the figures of each database; it holds when the ids are equal and the ratio is small enough everywhere."""
    databases = {}
    with tempfile.TemporaryDirectory() as folder:
        databases["embedded"] = _measured(Database(make_url(f"sqlite:///{folder}/search.db"), KEY))
    if server := os.environ.get("TSUNAGI_TEST_POSTGRES_URL"):
        with _void_database(server) as url:
            databases["postgis"] = _measured(Database(url, KEY))
    return {
        "texts": TEXTS,
        "queries": len(QUERIES),
        "rounds": ROUNDS,
        "most": MOST,
        "holds": all(each["ids_equal"] and each["ratio"] <= MOST for each in databases.values()),
        "databases": databases,
    }


@contextmanager
def _void_database(server: str) -> Iterator[URL]:
    name = f"tsunagi_bench_{uuid4().hex[:12]}"
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_url(server).set(drivername="postgresql+psycopg", database=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _measured(database: Database) -> dict[str, Any]:
    try:
        migrations.upgrade(database.engine)
        texts = _fill(database)
        with database.reading(EVERYBODY) as session:
            return _compare(session, texts)
    finally:
        database.dispose()


def _fill(database: Database) -> dict[int, str]:
    """Write the made-up places and return what a reader of each would read, folded."""
    rng, moment = random.Random(20261121), datetime(2026, 11, 21, tzinfo=UTC)
    rows, read = [], {}
    for key in range(1, TEXTS + 1):
        town = rng.choice(TOWNS)
        name = f"{town}の場{key}"
        said = "、".join([*rng.sample(THINGS, 2), rng.choice(FACTS)])
        description = f"{said}。{''.join(rng.sample(SENTENCES, 3))}"
        address = f"瀬凪市{town}{rng.randint(1, 99)}-{rng.randint(1, 30)}"
        text = "\n".join([name, description, address, "居場所"])
        read[key] = searchable(text)
        rows.append(
            {
                "id": key, "identity": str(key), "municipality_code": "242993", "kind_id": 1, "is_refuge": False, "is_light": False,
                "disclosure": Disclosure.PUBLIC, "state": ResourceState.ACTIVE, "name": name, "description": description,
                "address": address, "point_precision": PositionPrecision.UNKNOWN, "traits": {}, "contact_is_public": False,
                "search_terms": document_terms(text), "search_text": read[key], "content_digest": str(key), "created_at": moment, "updated_at": moment,
                "version": 1,
            }
        )  # fmt: skip
    kind = {
        "id": 1,
        "label": "居場所",
        "group": KindGroup.TAKING_PART,
        "is_reviewed": True,
        "position": 1,
        "version": 1,
    }
    with database.engine.begin() as connection:
        for model, values in ((ResourceKind, [kind]), (Resource, rows)):
            columns = {each.key: each.columns[0].name for each in class_mapper(model).column_attrs}
            named = [{columns[name]: value for name, value in row.items()} for row in values]
            connection.execute(Base.metadata.tables[model.__tablename__].insert(), named)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return read


def _compare(session: Session, texts: dict[int, str]) -> dict[str, Any]:
    found, wrong = {}, []
    for words in QUERIES:
        keys = _keys(session, words)
        found[words] = len(keys)
        if sorted(keys) != _read_all(texts, words):
            wrong.append(words)
    counts = _rounds(session, _count, found)
    return {"ids_equal": not wrong, "unequal": wrong, **counts, "page": _rounds(session, _page, found)}


def _rounds(session: Session, ask: Ask, found: dict[str, int]) -> dict[str, Any]:
    ours: dict[str, list[float]] = {words: [] for words in QUERIES}
    scans: dict[str, list[float]] = {words: [] for words in QUERIES}
    for _ in range(ROUNDS):
        for words in QUERIES:
            ours[words].append(_timed(session, ask, words))
    for _ in range(SCANS):
        for words in QUERIES:
            with patch.object(catalogue, "find_narrowed", _by_scan):
                scans[words].append(_timed(session, ask, words))
    all_ours, all_scans = (np.array(list(times.values())) for times in (ours, scans))
    p95, scan_p95 = (float(np.percentile(times, 95)) for times in (all_ours, all_scans))
    each_query = {
        words: statistics.median(ours[words]) / statistics.median(scans[words]) for words in QUERIES
    }
    slowest = sorted(each_query, key=lambda words: -each_query[words])[:5]
    return {
        "ratio": round(p95 / scan_p95, 4),
        "p50_ms": round(float(np.median(all_ours)), 2),
        "p95_ms": round(p95, 2),
        "first_round_p95_ms": round(float(np.percentile(all_ours[:, 0], 95)), 2),
        "scan_p50_ms": round(float(np.median(all_scans)), 2),
        "scan_p95_ms": round(scan_p95, 2),
        "slowest": {
            words: {"found": found[words], "ratio": round(each_query[words], 3)} for words in slowest
        },
    }


def _timed(session: Session, ask: Ask, words: str) -> float:
    # What was loaded before must be loaded anew.
    session.expunge_all()
    began = time.perf_counter()
    ask(session, Filter(words=words))
    return (time.perf_counter() - began) * 1000


def _count(session: Session, wanted: Filter) -> None:
    catalogue.count_by_kind(session, wanted, scope=EVERYBODY)


def _page(session: Session, wanted: Filter) -> None:
    _count(session, wanted)
    catalogue.list_entries(session, wanted, scope=EVERYBODY, most=PAGE)


def _by_scan(session: Session, wanted: Filter, *, scope: Scope, **_how: Any) -> Narrowed:
    """Stand in for `find_narrowed`: the rows are the same, and so is all that is asked of them."""
    columns = [getattr(Resource, name) for name in SEARCHED]
    plain = find_narrowed(session, Filter(), scope=scope)
    words = (
        sa.or_(*(column.contains(way) for column in columns for way in word.all))
        for word in words_of(wanted.words)
    )
    return Narrowed([*plain.conditions, *words], None, None)


def _keys(session: Session, words: str) -> Sequence[int]:
    conditions = find_narrowed(session, Filter(words=words), scope=EVERYBODY).conditions
    statement = sa.select(Resource.id).where(*conditions)
    return session.scalars(statement.execution_options(scope=EVERYBODY)).all()


def _read_all(texts: dict[int, str], query: str) -> list[int]:
    """Return the keys of the texts that hold each word in one of its ways of writing."""
    words = [[runs_of(searchable(way)) for way in word.all] for word in words_of(query)]
    return [
        key
        for key, text in texts.items()
        if all(any(all(run in text for run in way) for way in word) for word in words)
    ]
