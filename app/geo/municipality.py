"""全国地方公共団体コード: two digits of prefecture, three of municipality, one check digit."""

from dataclasses import dataclass
from typing import Final

from app.text.normalise import normalise_text

# JIS X 0401: the number of a prefecture is its place in this list, counted from 1.
PREFECTURES: Final = (
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
)

_WEIGHTS: Final = (6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class MunicipalityCode:
    """A 団体コード whose check digit is right. `digits` has all six, as text: leading zeros count.

    Raises:
        ValueError: not six digits, no such prefecture, or a wrong check digit (Japanese sentence).
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 6 or not _is_ascii_digits(self.digits):
            raise ValueError("団体コードは6桁の数字で書いてください（例: 高松市は 372013）。")
        if not 1 <= int(self.digits[:2]) <= len(PREFECTURES):
            raise ValueError(
                f"団体コードの先頭2桁「{self.digits[:2]}」は都道府県番号（01〜47）ではありません。"
            )
        expected = check_digit_of(self.digits[:5])
        if int(self.digits[5]) != expected:
            raise ValueError(
                f"団体コード「{self.digits}」の検査数字が合いません（正しくは {self.digits[:5]}{expected}）。"
            )

    @property
    def prefecture(self) -> str:
        """Name of the prefecture (都道府県名)."""
        return PREFECTURES[int(self.digits[:2]) - 1]


def _is_ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def check_digit_of(five_digits: str) -> int:
    """The sixth digit: 11 less the weighted sum (6, 5, 4, 3, 2) modulo 11, of which the last figure counts.

    Source: 総務省「都道府県コード及び市区町村コード」検査数字を設定した理由及び求め方; JIS X 0402.

    Raises:
        ValueError: not five digits.
    """
    if len(five_digits) != 5 or not _is_ascii_digits(five_digits):
        raise ValueError("検査数字は5桁の数字から計算します。")
    weighted = sum(int(digit) * weight for digit, weight in zip(five_digits, _WEIGHTS, strict=True))
    return (11 - weighted % 11) % 10


def parse_municipality_code(text: str) -> MunicipalityCode:
    """Read a code of five digits (the check digit is added) or six digits (the check digit is verified).

    Raises:
        ValueError: with a Japanese sentence; a lost leading zero (Excel) is named, never guessed.
    """
    digits = normalise_text(text)
    if not _is_ascii_digits(digits) or len(digits) not in {4, 5, 6}:
        raise ValueError("団体コードは5桁または6桁の数字で書いてください（例: 37201 または 372013）。")
    # Municipal numbers run from 100; so 「12025」 can only be 「012025」 (函館市) after Excel ate the zero.
    if len(digits) == 4 or (len(digits) == 5 and 0 < int(digits[2:]) < 100):
        raise ValueError(
            f"団体コード「{digits}」は先頭の0が失われているようです。表計算ソフトの列を文字列にしてください。"
        )
    return MunicipalityCode(digits if len(digits) == 6 else f"{digits}{check_digit_of(digits)}")
