"""Addresses made comparable."""

import time

import pytest

from app.geo.addresses import Address, normalise_address

# From GIF 442 (デジタル庁, 2026-03): what is written, and 「町字以下」 as it is to be kept.
GIF_EXAMPLES = [
    ("東京都千代田区霞が関二丁目１番6号", "千代田区霞ケ関2-1-6"),
    ("北海道芦別市北一条西一丁目3番地", "芦別市北1条西1-3"),
    ("福島県会津若松市大戸町大字高川甲1324", "会津若松市大戸町高川甲1324"),
    ("京都市中京区寺町通御池上る上本能寺前町488", "京都市中京区寺町通御池上る上本能寺前町488"),
    ("一丁目1番地1-1号", "1-1-1-1"),
]


@pytest.mark.parametrize(("written", "kept"), GIF_EXAMPLES)
def test_the_examples_of_the_national_framework_hold(written: str, kept: str) -> None:
    assert normalise_address(written).ground == kept


@pytest.mark.parametrize(
    "spelling",
    [
        "高松市松島町一丁目15番1号",
        "高松市松島町一丁目１５番１号",
        "高松市松島町1-15-1",
        "高松市松島町１－１５－１",
        "高松市松島町1―15ー1",
        "高松市松島町1‐15−1",
        "高松市松島町1丁目15番地1",
        "高松市松島町1丁目15の1",
        "香川県高松市松島町一丁目15-1",
        "〒760-0068 香川県 高松市 松島町 一丁目 15番 1号",
    ],
)
def test_one_place_has_one_key_however_it_is_spelled(spelling: str) -> None:
    assert normalise_address(spelling) == Address("高松市松島町1-15-1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("霞ヶ関1", "霞が関1"),
        ("花の宮町2-1", "花ノ宮町二丁目1"),
        ("髙松町10-20", "高松町10番20号"),
        ("円座町字道下288-1", "円座町道下288番地1"),
        ("三木町大字氷上310", "三木町氷上310"),
        ("塩江町安原下第二号1645", "塩江町安原下第2号1645"),
        ("庵治町888−1", "庵治町888-1"),
        ("中町二十五番地", "中町25"),
        ("サンポ－ト2番1号", "サンポート2-1"),
        ("木太町字七区12", "木太町七区12"),
        ("御油町字町裏3", "御油町町裏3"),
        ("御津町佐脇浜字三号地1", "御津町佐脇浜3号地1"),
        ("三条町 中所 12-3", "三条町中所12-3"),
    ],
)
def test_variants_of_letters_sections_and_numerals_meet(one: str, other: str) -> None:
    assert normalise_address(one) == normalise_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("松島町1-5", "松島町15"),
        ("二番町5", "番町二丁目5"),
        ("十文字町3", "十文町3"),
        ("本町1-11", "本町11-1"),
    ],
)
def test_different_places_stay_different(one: str, other: str) -> None:
    assert normalise_address(one).ground != normalise_address(other).ground


@pytest.mark.parametrize(
    ("written", "ground", "building"),
    [
        ("松島町一丁目１５番１号  （たかまつミライエ３階）", "松島町1-15-1", "(たかまつミライエ3階)"),
        (
            "牟礼町大町1463-2 大町コミュニティセンター１F　和室",
            "牟礼町大町1463-2",
            "大町コミュニティセンター1F 和室",
        ),
        ("松島町1-15-1 101号室", "松島町1-15-1", "101号室"),
        ("霞が関二丁目1番2号中央合同庁舎第2号館", "霞ケ関2-1-2", "中央合同庁舎第2号館"),
        ("円座町1\nさくら荘", "円座町1", "さくら荘"),
    ],
)
def test_the_building_stands_apart(written: str, ground: str, building: str) -> None:
    assert normalise_address(written) == Address(ground, building)


def test_the_municipality_is_left_out_where_it_is_known_and_only_once() -> None:
    assert normalise_address("香川県高松市高松町10-20", municipality="高松市").ground == "高松町10-20"
    assert normalise_address("新潟県三条市旭町二丁目3番1号", municipality="三条市").ground == "旭町2-3-1"
    assert normalise_address("木田郡三木町氷上310", municipality="三木町").ground == "氷上310"


def test_a_town_that_was_merged_stands_without_the_county_it_lay_in() -> None:
    assert (
        normalise_address("香川県綾歌郡国分寺町新居1298", municipality="高松市").ground == "国分寺町新居1298"
    )
    assert normalise_address("西村山郡河北町谷地3", municipality="河北町").ground == "谷地3"


@pytest.mark.parametrize("city", ["蒲郡市", "小郡市", "大和郡山市", "郡上市", "郡山市"])
def test_a_city_whose_name_has_the_letter_of_a_county_keeps_it(city: str) -> None:
    assert normalise_address(f"{city}三谷町5", municipality="豊川市").ground == f"{city}三谷町5"
    assert normalise_address(f"{city}三谷町5", municipality=city).ground == "三谷町5"


def test_a_lot_with_an_exception_keeps_its_word() -> None:
    assert normalise_address("浜町1番地先").ground == "浜町1番地先"


def test_an_empty_address_stays_empty() -> None:
    assert normalise_address(" 　\n") == Address("")


@pytest.mark.parametrize(
    "text",
    [
        "高松市" + "1" * 100_000 + "条",
        "町" + "-" * 100_000 + "1丁目",
        "町1" + "の1" * 50_000,
        "1" + " " * 100_000 + "x",
        "町" + "一" * 100_000 + "丁目",
    ],
    ids=["digits", "dashes", "の", "blanks", "numerals"],
)
def test_prose_is_cut_and_takes_no_longer_than_an_address(text: str) -> None:
    began = time.monotonic()

    key = normalise_address(text, municipality="高松市")

    assert key == normalise_address(text[:300], municipality="高松市")
    assert time.monotonic() - began < 1
