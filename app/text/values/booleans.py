"""Yes and no as towns write them."""

from typing import Final

from app.text.normalise import normalise_text
from app.text.values.reading import Reading, says_nothing, shown

_YES: Final = frozenset(
    (
        "有",
        "有り",
        "あり",
        "ある",
        "○",
        "〇",
        "◯",
        "◎",
        "o",
        "可",
        "可能",
        "要",
        "必要",
        "対応",
        "はい",
        "yes",
        "y",
        "true",
        "t",
        "1",
        "on",
        "✓",
        "✔",
        "☑",
        "レ",
        "該当",
        "設置",
        "実施",
    )
)
_NO: Final = frozenset(
    (
        "無",
        "無し",
        "なし",
        "ない",
        "×",
        "✕",
        "✖",
        "╳",
        "x",
        "不可",
        "不可能",
        "不要",
        "非対応",
        "未対応",
        "いいえ",
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "☐",
        "□",
        "非該当",
        "未設置",
        "未実施",
    )
)
_PARTLY: Final = ("△", "▲", "一部", "要相談", "応相談", "要確認", "場合によ", "条件付")


def parse_yes_no(cell: str) -> Reading[bool]:
    """Read 有/無, ○/×, 可/不可, あり/なし, yes/no, 1/0 and the like; 「△」 and 「一部」 are a reason, not a guess."""
    if says_nothing(cell):
        return Reading()
    text = normalise_text(cell)
    # Brackets hold the detail: 「有（2台）」 is a yes.
    head, bracket, detail = text.partition("(")
    word = head.strip().lower().rstrip("。.")
    note = f"{bracket}{detail}"
    if word in _YES:
        return Reading(True, note=note)
    if word in _NO:
        return Reading(False, note=note)
    if any(sign in text for sign in _PARTLY):
        return Reading(
            reason=f"「{shown(text)}」は有無のどちらとも決められません。有・無で書き、条件は備考に書いてください。"
        )
    return Reading(
        reason=f"有・無（○・×、可・不可）のどれかで書いてください。読めなかった内容: 「{shown(text)}」"
    )
