"""Headers of the published layouts that are deliberately not read, each with the reason, for whoever wonders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BY_THE_CODE: Final = "団体コードで分かります。"
_OF_THE_OFFICE: Final = "法人の本部のことで、この場所のことではありません。法人番号から調べられます。"
_BY_THE_ADDRESS: Final = "所在地から町を見つけます。"
_NO_HEIGHT: Final = "高さは、探すときも行くときも使いません。"
_NO_OUTSIDE: Final = "外の画像は、つなぎの画面に出せません（インターネットにつながらない庁内でも使うため）。"

NOT_READ: Final[Mapping[str, str]] = {
    "都道府県名": _BY_THE_CODE,
    "指定機関名": "指定した役所の名前で、運営者ではありません。",
    "POIコード": "施設の分類の番号です。つなぎでは「種別」で表します。",
    "法人の名称_かな": _OF_THE_OFFICE,
    "法人住所（市区町村）": _OF_THE_OFFICE,
    "法人住所（番地以降）": _OF_THE_OFFICE,
    "法人電話番号": _OF_THE_OFFICE,
    "法人FAX番号": _OF_THE_OFFICE,
    "法人URL": _OF_THE_OFFICE,
    "所在地_全国地方公共団体コード": "「全国地方公共団体コード」の列を読みます。",
    "町字ID": _BY_THE_ADDRESS,
    "郵便番号": "住所で分かります。",
    "高度の種別": _NO_HEIGHT,
    "高度の値": _NO_HEIGHT,
    "画像": _NO_OUTSIDE,
    "画像_ライセンス": _NO_OUTSIDE,
}
"""Header as the layouts write it → why it is left out."""
