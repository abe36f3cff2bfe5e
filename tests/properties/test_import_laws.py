"""Laws of the import that hold for every file, whatever its bytes."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.areas.exchange.checking import check_areas
from app.resources.exchange.checking import CheckedRow, Options, check_rows, read_table
from app.resources.exchange.columns import HEADERS, TRAITS
from app.text.tables import TableRefused

ALL_HEADERS = sorted({header for known in HEADERS.values() for header in known} | set(TRAITS))

# Cells that towns really write, and any text at all.
CELLS = st.one_of(
    st.sampled_from(
        (
            "", "-", "不明", "0", "1", "20名", "約20名", "4.5E+12", "月水金", "13Mo", "終日", "９：００", "24:00", "34.34", "134.04",
            "高松市塩上町１丁目2-3", "令和8年4月1日", "公開", "非公開", "可", "△", "372013", "通いの場", "避難先(DV等・秘匿)",
            "https://example.jp/", "=1+1", "<b>", "あ" * 400,
        )
    ),
    st.text(max_size=30),
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """A header with 名称 and 種別 and some more columns, and a few rows."""
    more = draw(st.lists(st.sampled_from(ALL_HEADERS), max_size=8, unique=True))
    header = list(dict.fromkeys(["名称", "種別", *more]))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), min_size=1, max_size=8))
    return header, rows


def written(header: list[str], rows: list[list[str]]) -> bytes:
    """The file as UTF-8; a lone surrogate or a control character, which no file of text has, is left out."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    kept = "".join(
        c for c in text.getvalue() if c in "\r\n\t" or (c.isprintable() and not "\ud800" <= c <= "\udfff")
    )
    return kept.encode()


def checked(data: bytes) -> list[CheckedRow]:
    """The rows of a file, none when it is refused as a whole."""
    try:
        return check_rows(read_table(data, "file.csv"), Options(kind="通いの場"))
    except TableRefused:
        return []


# A file is read by regular expressions and csv; on a busy machine a single one may take its time.
LAW = settings(deadline=None)


def refusal_of(read: Callable[[], object]) -> str | None:
    """The message of the refusal, None when the file was read; anything else that is raised fails the test."""
    try:
        read()
    except TableRefused as refused:
        return refused.message
    return None


@LAW
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_the_refusal(data: bytes) -> None:
    for prefix in (
        b"",
        "種別,名称\n".encode(),
        "種別,名称,住所\n".encode("cp932"),
        "\ufeff種別".encode("utf-16-le"),
    ):
        message = refusal_of(lambda whole=prefix + data: check_rows(read_table(whole, "file")))  # type: ignore[misc]

        assert message is None or "ください" in message


@LAW
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_the_refusal_as_areas(data: bytes) -> None:
    for prefix in (b"", b"{", "地域名,総人口\n".encode(), b'{"type":"FeatureCollection","features":['):
        message = refusal_of(lambda whole=prefix + data: check_areas(whole, "file", municipality="372013"))  # type: ignore[misc]

        assert message is None or "ください" in message


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Polygon", "name", "town"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates", "name"]), inner)
    ),
    max_leaves=12,
)


@LAW
@given(st.lists(st.fixed_dictionaries({"properties": JSON, "geometry": JSON}) | JSON, min_size=1, max_size=3))
def test_no_geojson_raises_anything_but_the_refusal(features: list[object]) -> None:
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()

    assert all(area.reasons or area.boundary for area in check_areas(data, "file", municipality="372013"))


@LAW
@given(files())
def test_a_row_is_taken_or_has_reasons(file: tuple[list[str], list[list[str]]]) -> None:
    rows = checked(written(*file))

    assert all(row.reasons or (row.name and row.kind and row.identity) for row in rows)
    assert len(rows) <= len(file[1])


@LAW
@given(files(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_change_what_is_taken(
    file: tuple[list[str], list[list[str]]], chance: random.Random
) -> None:
    header, rows = file
    # Of two rows with one of our own numbers the first counts, whatever else they say: there the order is the rule.
    numbers = [row[header.index("つなぎの番号")] for row in rows] if "つなぎの番号" in header else []
    said = [number.strip() for number in numbers if number.strip()]
    assume(len(said) == len(set(said)))
    shuffled = rows[:]
    chance.shuffle(shuffled)

    def identities(data: bytes) -> set[str]:
        return {row.identity for row in checked(data) if not row.reasons}

    assert identities(written(header, rows)) == identities(written(header, shuffled))


@LAW
@given(files())
def test_no_two_taken_rows_are_the_same_resource(file: tuple[list[str], list[list[str]]]) -> None:
    identities = [row.identity.removeprefix("refuge|") for row in checked(written(*file)) if not row.reasons]

    assert len(identities) == len(set(identities))


@LAW
@given(files())
def test_a_refuge_is_never_open(file: tuple[list[str], list[list[str]]]) -> None:
    refuges = [row for row in checked(written(*file)) if row.is_refuge]

    assert all(row.values["disclosure"] == "closed" == row.defaults["disclosure"] for row in refuges)


@LAW
@given(files())
def test_a_column_that_is_not_there_gives_no_value(file: tuple[list[str], list[list[str]]]) -> None:
    header, rows = file
    bare = [header.index("名称"), header.index("種別")]

    taken = checked(written(["名称", "種別"], [[row[place] for place in bare] for row in rows]))

    known = {"name", "kind", "is_refuge", "disclosure"}
    assert all(set(row.values) <= known for row in taken)
