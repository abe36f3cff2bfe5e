"""Codes of municipalities and corporations."""

import pytest

from app.geo.corporate_number import CorporateNumber, corporate_check_digit_of, parse_corporate_number
from app.geo.municipality import PREFECTURES, MunicipalityCode, check_digit_of, parse_municipality_code


# Codes as published by 総務省: 札幌市, 千代田区, 豊川市, 高松市, 石垣市.
@pytest.mark.parametrize("published", ["011002", "131016", "232076", "372013", "472077"])
def test_published_codes_have_the_computed_check_digit(published: str) -> None:
    assert check_digit_of(published[:5]) == int(published[5])
    assert parse_municipality_code(published[:5]) == parse_municipality_code(published)


def test_a_code_tells_its_prefecture() -> None:
    assert parse_municipality_code("３７２０１３").prefecture == "香川県"
    assert len(PREFECTURES) == 47


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("372014", "372013"),
        ("482018", "01〜47"),
        ("12025", "先頭の0"),
        ("1100", "先頭の0"),
        ("高松市", "5桁または6桁"),
        ("", "5桁または6桁"),
        ("3720131", "5桁または6桁"),
    ],
)
def test_a_wrong_code_is_told_in_japanese(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_municipality_code(text)


def test_a_code_cannot_be_built_with_five_digits_and_a_check_digit_not_from_six() -> None:
    with pytest.raises(ValueError, match="6桁"):
        MunicipalityCode("37201")
    with pytest.raises(ValueError, match="5桁"):
        check_digit_of("372013")


# 国税庁 shows its own number, 7000012050002, on 法人番号公表サイト; デジタル庁's is 8000012010038.
@pytest.mark.parametrize("published", ["7000012050002", "8000012010038"])
def test_published_corporate_numbers_have_the_computed_check_digit(published: str) -> None:
    assert corporate_check_digit_of(published[1:]) == int(published[0])
    assert parse_corporate_number(f"T{published}") == CorporateNumber(published)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("6000012050002", "検査用数字"),
        ("7.00001E+12", "桁が失われ"),
        ("000012050002", "13桁"),
        ("", "13桁"),
        ("法人", "13桁"),
    ],
)
def test_a_wrong_corporate_number_is_told_in_japanese(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_corporate_number(text)


def test_a_corporate_check_digit_needs_twelve_digits() -> None:
    with pytest.raises(ValueError, match="12桁"):
        corporate_check_digit_of("123")
