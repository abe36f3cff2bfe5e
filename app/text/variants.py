"""Characters that look alike or mean the same: one table for names, addresses and search."""

import unicodedata
from typing import Final

# Each first character is the everyday form; the others are old forms (the ones that 常用漢字表, 2010, gives in
# brackets) and the name variants that towns' files are full of. NFKC leaves them apart.
_KANJI_FORMS: Final = (
    "高髙",
    "崎﨑嵜碕",
    "浜濱濵",
    "辺邊邉",
    "斉齊",
    "斎齋",
    "沢澤",
    "広廣",
    "国國",
    "竜龍",
    "桜櫻",
    "島嶋嶌",
    "浅淺",
    "滝瀧",
    "関關",
    "塩鹽",
    "真眞",
    "壮壯",
    "条條",
    "宝寶",
    "実實",
    "寿壽",
    "恵惠",
    "栄榮",
    "学學",
    "会會",
    "徳德",
    "桧檜",
    "籠篭",
    "瀬瀨",
    "槙槇",
    "薮藪",
    "駅驛",
    "鉄鐵",
    "検檢",
    "遥遙",
    "万萬",
    "尭堯",
    "弥彌",
    "円圓",
    "総總",
    "与與",
    "芦蘆",
    "鯵鰺",
    "頼賴",
    "亀龜",
    "経經",
    "緑綠",
    "黒黑",
    "横橫",
    "吉𠮷",
    "土圡",
    "柳栁",
    "館舘",
    "曽曾",
)

VARIANT_TO_COMMON: Final = str.maketrans({form: forms[0] for forms in _KANJI_FORMS for form in forms[1:]})

# Everything that people type for a dash, a minus or the long vowel mark, and that looks the same in print.
# The kanji 一 is missing on purpose: it is a number.
DASHES: Final = "-‐‑‒–—―−─━﹘﹣－ーｰ⁃"


def fold_variants(text: str) -> str:
    """Replace forms such as 髙 and 﨑 by the common 高 and 崎; the length of the text does not change."""
    return text.translate(VARIANT_TO_COMMON)


def is_kanji(character: str) -> bool:
    """True for an ideograph and for the repetition mark 々, which stands for one."""
    return character == "々" or unicodedata.name(character, "").startswith("CJK UNIFIED")
