"""法人番号: one check digit in front of twelve digits."""

from dataclasses import dataclass

from app.text.normalise import normalise_text


@dataclass(frozen=True, slots=True)
class CorporateNumber:
    """A 法人番号 whose check digit is right. `digits` has all thirteen, as text.

    Raises:
        ValueError: not thirteen digits or a wrong check digit (Japanese sentence).
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 13 or not (self.digits.isascii() and self.digits.isdigit()):
            raise ValueError("法人番号は13桁の数字で書いてください。")
        if int(self.digits[0]) != corporate_check_digit_of(self.digits[1:]):
            raise ValueError(
                f"法人番号「{self.digits}」の検査用数字（先頭の1桁）が合いません。写し間違いがないか確かめてください。"
            )


def corporate_check_digit_of(twelve_digits: str) -> int:
    """The first digit, 1 to 9: nine less (the sum of the digits, every second one from the right doubled) modulo 9.

    Source: 法人番号の指定等に関する省令（平成26年財務省令第70号）第2条. Being modulo 9 it cannot tell 0 from 9.

    Raises:
        ValueError: not twelve digits.
    """
    if len(twelve_digits) != 12 or not (twelve_digits.isascii() and twelve_digits.isdigit()):
        raise ValueError("検査用数字は12桁の基礎番号から計算します。")
    doubled = sum(
        int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(twelve_digits), start=1)
    )
    return 9 - doubled % 9


def parse_corporate_number(text: str) -> CorporateNumber:
    """Read a 法人番号 in full or half width, with or without spaces, hyphens or the invoice letter T in front.

    Raises:
        ValueError: with a Japanese sentence; a number that Excel turned into 「4.5E+12」 is named as such.
    """
    compact = normalise_text(text).replace(" ", "").replace("-", "").upper()
    if "E+" in compact:
        raise ValueError(
            f"法人番号「{compact}」は表計算ソフトで桁が失われています。列を文字列にして入れ直してください。"
        )
    return CorporateNumber(compact.removeprefix("T"))
