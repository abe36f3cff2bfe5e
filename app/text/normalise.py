"""Making two spellings of the same thing equal."""

import re
import unicodedata
from typing import Final

from app.text.variants import DASHES, fold_variants

# What a short form stands for. Kept as a full form, not dropped: 「株式会社つむぎ」 and 「NPO法人つむぎ」 are two bodies.
_LEGAL_FORMS: Final = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(同)": "合同会社",
    "(資)": "合資会社",
    "(名)": "合名会社",
    "(社福)": "社会福祉法人",
    "(福)": "社会福祉法人",
    "(一社)": "一般社団法人",
    "(公社)": "公益社団法人",
    "(社)": "社団法人",
    "(一財)": "一般財団法人",
    "(公財)": "公益財団法人",
    "(財)": "財団法人",
    "(特非)": "特定非営利活動法人",
    "(npo)": "特定非営利活動法人",
    "npo法人": "特定非営利活動法人",
    "(医)": "医療法人",
    "(学)": "学校法人",
    "(宗)": "宗教法人",
    "(独)": "独立行政法人",
}
_LEGAL_FORM: Final = re.compile("|".join(map(re.escape, _LEGAL_FORMS)))

_TO_LONG_VOWEL: Final = str.maketrans(dict.fromkeys(DASHES, "ー"))

# The two kana blocks run in parallel, 0x60 apart, from ァ to ヶ and for the two repetition marks ヽ and ヾ.
_KATAKANA: Final = [*range(ord("ァ"), ord("ヶ") + 1), ord("ヽ"), ord("ヾ")]
_TO_HIRAGANA: Final = {code: code - 0x60 for code in _KATAKANA}
_TO_KATAKANA: Final = {code - 0x60: code for code in _KATAKANA}


def normalise_text(text: str) -> str:
    """The text to keep: NFKC, no invisible characters, every run of white space one space, none at the ends.

    Full-width digits and half-width kana come out in the usual width; the wording stays as written.
    """
    normal = unicodedata.normalize("NFKC", text)
    if normal.isprintable():
        # Of white space only the plain blank is printable, and nothing invisible is.
        return " ".join(normal.split())
    visible = "".join(
        character
        for character in normal
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf"}
    )
    # Taking an invisible character away can bring a letter and its voicing mark together, hence the second pass.
    return " ".join(unicodedata.normalize("NFKC", visible).split())


def normalise_name(name: str) -> str:
    """A key under which two spellings of one facility's name are equal; for comparison, never for display.

    Folds case, width, kanji variants, every dash into ー, 「(株)」「㈱」「NPO法人」 into the full legal form; drops
    spaces and marks such as 「」・“”. Words in brackets stay: 「さくら荘（ユニット型）」 is not 「さくら荘」.
    """
    folded = normalise_text(normalise_text(name).casefold()).replace(" ", "")
    spelled_out = _LEGAL_FORM.sub(lambda match: _LEGAL_FORMS[match.group()], fold_variants(folded))
    return "".join(
        character
        for character in spelled_out.translate(_TO_LONG_VOWEL)
        if unicodedata.category(character)[0] in "LMN"
    )


def fold_kana(text: str) -> str:
    """Katakana as hiragana, so that 「ヒキコモリ」 and 「ひきこもり」 meet; the length of the text does not change."""
    return text.translate(_TO_HIRAGANA)


def to_katakana(text: str) -> str:
    """Hiragana as katakana, the form of 名称_カナ columns; the length of the text does not change."""
    return text.translate(_TO_KATAKANA)
