"""Telephones that answer everywhere in the country, for nights on which a list of places helps nobody.

Facts, each with where it was read; a number that this file does not hold comes from the town's own catalogue only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Worry(StrEnum):
    """What somebody needs a voice for, at once. The words stand in an address, so they tell nothing."""

    BED = "a"
    FEAR = "b"
    CHILD = "c"


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone. `name` and the sentences are marked as `easy_words` has it; `hours` says when it answers."""

    number: str
    name: str
    easy_name: str
    hours: str
    easy_hours: str
    costs: str
    easy_costs: str


_ALWAYS: Final = ("24時間、いつでも", "いつでも 電話《でんわ》できます（24時間《じかん》）")
_FREE: Final = ("電話代はかかりません", "お金《かね》は かかりません")

# 社会的包摂サポートセンター, https://www.since2011.net/yorisoi/ – from 岩手・宮城・福島 the number is 0120-279-226.
_YORISOI: Final = Line(
    "0120-279-338",
    "よりそいホットライン（岩手・宮城・福島からは 0120-279-226）",
    "よりそいホットライン（岩手《いわて》・宮城《みやぎ》・福島《ふくしま》に いる 人《ひと》は 0120-279-226）",
    *_ALWAYS,
    *_FREE,
)
# 内閣府 (政府広報オンライン), https://www.gov-online.go.jp/cam/no_dvca/dv03/
_PLUS: Final = Line(
    "0120-279-889",
    "DV相談プラス",
    "DV相談《そうだん》プラス（11の ことばで 話《はな》せます）",
    *_ALWAYS,
    *_FREE,
)
# The same page: 都道府県の配偶者暴力相談支援センター, in their hours.
_NAVI: Final = Line(
    "#8008",
    "DV相談ナビ",
    "DV相談《そうだん》ナビ",
    "近くの相談センターが開いている時間",
    "近《ちか》くの センターが 開《あ》いている 時間《じかん》",
    "電話代がかかります",
    "電話《でんわ》の お金《かね》が かかります",
)
# こども家庭庁, 児童相談所虐待対応ダイヤル, https://www.cfa.go.jp/policies/jidougyakutai/gyakutai-taiou-dial
_CHILD: Final = Line(
    "189",
    "児童相談所虐待対応ダイヤル「いちはやく」",
    "189（いちはやく）。子《こ》どもを 守《まも》る 電話《でんわ》です",
    *_ALWAYS,
    *_FREE,
)
# 電気通信番号計画 (総務省): the emergency call to the police.
_POLICE: Final = Line(
    "110", "警察（いま危ないとき）", "警察《けいさつ》（今《いま》 危《あぶ》ない とき）", *_ALWAYS, *_FREE
)

LINES: Final = {
    Worry.BED: (_YORISOI,),
    Worry.FEAR: (_POLICE, _PLUS, _NAVI),
    Worry.CHILD: (_CHILD, _POLICE),
}
"""The lines of each worry, who answers at night first."""

WINDOWS: Final = {
    Worry.BED: re.compile("なんでも|福祉|くらし|暮らし|生活|家計|困窮|住まい|居住|自立"),
    Worry.FEAR: re.compile("女性|男性|DV|暴力|配偶者|虐待|人権|被害"),
    Worry.CHILD: re.compile("こども|子ども|子育て|児童|家庭|若者|ヤング"),
}
"""What the name of a town's own window holds that is right for a worry."""
