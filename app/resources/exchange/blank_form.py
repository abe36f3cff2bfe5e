"""Our own layout to be filled in: the heads, an example, and how each column is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.geo.geocoding import PositionPrecision
from app.resources.engine.trait_fields import FIELDS, PARTED, TraitField
from app.resources.exchange.columns import Column
from app.resources.exchange.writing import OWN, Cell

_DAY: Final = "2026-10-01 のように書きます。"
_YES_NO: Final = "可 か 不可。聞いていなければ空けます。"

# Columns of the form that no export carries: what is secret never leaves, and a person asked stands in the contact.
_ONLY_ASKED: Final = (Column.IS_REFUGE.value, Column.ASK.value)

HEADERS: Final = (*(column.header for column in OWN.columns if column.is_asked), *_ONLY_ASKED)

HOW: Final[Mapping[str, tuple[str, str]]] = {
    "id": ("市が付けた番号があれば書きます。同じ番号の行は、次に取り込むと上書きします。", ""),
    "団体コード": ("市区町村の6けたの番号です。", ""),
    "種別": ("必ず書きます。通いの場、居場所、相談 など。", "居場所"),
    "根拠事業": ("もとになる事業の名前です。", "地域介護予防活動支援事業"),
    "名称": ("必ず書きます。", "（例）みほんの部屋"),
    "カナ": ("よみがなです。", "ミホンノヘヤ"),
    "通称": ("みんなが呼んでいる名前です。", ""),
    "運営者": ("団体や会社の名前です。", "（例）みほんの会"),
    "法人番号": ("13けた。分かるときだけ書きます。", ""),
    "住所": ("建物の名前は「方書」に書きます。", "〇〇市みほん町一丁目2-3"),
    "町": ("空けると、住所から決めます。", "みほん町一丁目"),
    "方書": ("建物と部屋です。軽いカードでは、集まる所を書きます。", "みほん会館 2階"),
    "緯度": ("33.592410 のような小数。分からなければ空けます。", ""),
    "経度": ("136.956073 のような小数。分からなければ空けます。", ""),
    "位置精度": (
        "／".join(precision.label for precision in PositionPrecision) + "。緯度・経度があるときだけ。",
        "",
    ),
    "座標の出典": ("例：現地で測位、地図で確認", ""),
    "提供地域": (
        "来られる町や圏域を「;」で区切ります。一部なら「東町（一部）」、相談なら「西町（要相談）」。",
        "全市",
    ),
    "提供地域の注記": ("地域について、ことばで足すことです。", ""),
    "曜日コード": ("月水金、第1・3水曜、0We、13We など。", "第1・3水曜"),
    "開始時間": ("13:30 のように書きます。", "13:30"),
    "終了時間": ("15:30 のように書きます。", "15:30"),
    "開始日": (f"催しの日、または曜日の予定が始まる日です。{_DAY}", ""),
    "終了日": (f"催しが続くとき、または予定が終わる日です。{_DAY}", ""),
    "日程の自由記述": ("曜日で言えないことです。2か月に1回、8月は休み など。", "8月は休み"),
    "対象年齢下限": ("数字だけ。決まりがなければ空けます。", ""),
    "対象年齢上限": ("数字だけ。決まりがなければ空けます。", ""),
    "対象の属性": ("どんな人のための場かです。決まりがなければ空けます。", ""),
    "定員": ("数字だけ。", ""),
    "定員の補足": ("例：会議室は10人まで", ""),
    "本来の利用者": ("この制度で使う人の数です。その席が先です。", ""),
    "狭間の人も可": (f"制度の対象でない人も来られるか。{_YES_NO}", ""),
    "狭間枠": ("制度の対象でない人の席の数です。本来の利用者と合わせて、定員まで。", ""),
    "狭間枠の根拠": ("例：定員に空きがある範囲での受け入れ", ""),
    "費用": ("無料、1回200円（お茶代） など。", "無料"),
    "申込方法": ("不要、電話で など。", "不要"),
    "送迎": ("有／無／要相談", ""),
    "最寄停留所": ("例：駅前 徒歩3分", ""),
    "説明": ("2、3行で。はじめての人にもわかることばで書きます。", "（例）窓ぎわに椅子が三つあります。"),
    "備考": ("カードに載る補足です。", ""),
    "URL": ("https:// から始まる住所です。", ""),
    "連絡先": ("団体の電話です。個人の名前や携帯の番号は、公開するとき書きません。", ""),
    "連絡先公開": ("住民に見せてよければ 可、だめなら 不可。", "不可"),
    "公開区分": ("公開／関係者／非公開。空けると「関係者」になります。", "公開"),
    "軽いカード": ("住民の気軽な集まりなら 1。", "0"),
    "出典": ("どこで知ったかです。", "現地で聞き取り"),
    "確認日": (_DAY, "2026-10-01"),
    "確認者": ("確かめた人です。", ""),
    "確認の間隔（日）": ("何日ごとに確かめるか。空けると、種別の決まりに合わせます。", ""),
    "次回確認期限": (f"空けると、確認日と間隔から決めます。{_DAY}", ""),
    "要確認メモ": ("職員だけが見ます。本人の名前や事情は書きません。", ""),
    "掲載の同意日": (f"載せてよいと、団体から聞いた日です。{_DAY}", ""),
    "同意を聞いた人": ("聞いた職員です。", ""),
    "状態": ("活動中／お休み中／終了", "活動中"),
    "終わった日": (_DAY, ""),
    "終わった理由": ("例：会場がなくなった", ""),
    "秘匿": ("DVなどから逃れる人の避難先なら 1。権限のある人だけが取り込めます。", "0"),
    "声をかける人": ("軽いカードで、だれに聞けばよいか。個人の名前は公開しません。", ""),
    "駐車場情報": ("台数や場所など、ことばで。", ""),
    "受け入れ先ID": ("受け入れ先の番号があれば書きます。", ""),
    "掲載の同意": ("済、口頭 など。日が分かれば「掲載の同意日」に書きます。", "済"),
}
"""How each column is written, and its cell in the example. The items of accessibility say it by themselves."""

_EXAMPLES: Final = {
    "静けさ": "静か",
    "人数": "6",
    "見学可": "可",
    "段差": "無",
    "参加の形": "居るだけ",
    "関心のことば": "本;お茶",
}
_ITEMS: Final = {asked.item: asked for asked in FIELDS}

INTRODUCTION: Final = (
    ("はじめに", "1行に1つの場を書きます。必ず要るのは「種別」と「名称」だけです。"),
    ("わからないとき", "空けておきます。空いた欄は「不明」です。「なし」という意味にはなりません。"),
    ("見本の行", "2行目は見本です。消してから取り込んでください。"),
    ("列", "使わない列は消してかまいません。順番を変えても読めます。見出しの文字は変えないでください。"),
)


def example() -> list[Cell]:
    """Return the row under the heads that shows how one looks."""
    return [(HOW[header][1] if header in HOW else _EXAMPLES.get(header)) or None for header in HEADERS]


def guide() -> list[tuple[str, str]]:
    """Return heads and how to write under them, for the sheet 「書き方」."""
    return [
        *INTRODUCTION,
        *((header, HOW[header][0] if header in HOW else _how(_ITEMS[header])) for header in HEADERS),
    ]


def _how(asked: TraitField) -> str:
    said = f"{asked.label}。" if asked.label != asked.item else ""
    if asked.unit:
        return f"{said}数字だけ（{asked.unit}）。{asked.hint}"
    if asked.several:
        return f"{said}{'／'.join(asked.answers)}。いくつもあるときは「{PARTED}」で区切ります。"
    return (
        f"{said}{'／'.join(asked.answers)}"
        if asked.answers
        else f"{said}{asked.hint or 'ことばで書きます。'}"
    )
