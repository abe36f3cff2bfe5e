"""Published layouts. A profile says what a file of that layout says nowhere: its kind, and that it is public already.

**Protection first.** A row that does not state its 公開区分 is shown to partners only: a list that a town keeps for itself
must not become public because somebody uploaded it. Only who names a published profile says that the file is on the
web already, and only then its rows start as public. A layout that merely looks like one is not enough: towns keep
their internal lists in the standard layout too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.resources.exchange.columns import Column
from app.text.tables import Table, header_key


@dataclass(frozen=True)
class Profile:
    """A layout. `marks` are headers by which it is known; `kind` is the kind where no column says one."""

    code: str
    label: str
    marks: tuple[str, ...]
    kind: str | None = None
    is_published: bool = True
    source: str | None = None


PROFILES: Final = (
    Profile(
        "template",
        "つなぎの様式",
        (
            "種別",
            "名称",
            "公開区分",
            "秘匿",
            "軽いカード",
            "狭間の人も可",
            "要確認メモ",
            "連絡先公開",
            "曜日コード",
            "日程の自由記述",
            "提供地域の注記",
        ),
        is_published=False,
    ),
    Profile(
        "events",
        "イベント一覧（推奨データセットなど）",
        ("イベント名", "開始日", "場所名称", "行事名", "開催日"),
        kind="イベント",
    ),
    Profile(
        "public_facilities",
        "公共施設一覧（推奨データセット）",
        ("名称", "POIコード", "バリアフリー情報"),
        kind="公共施設",
    ),
    Profile(
        "childcare",
        "子育て施設一覧（推奨データセット）",
        ("名称", "収容定員", "受入年齢", "一時預かりの有無"),
        kind="子育て施設",
    ),
    Profile(
        "care",
        "介護サービス事業所一覧（推奨データセット・厚生労働省）",
        ("法人の名称", "事業所番号", "利用可能曜日特記事項"),
        kind="介護サービス",
    ),
    Profile(
        "disability",
        "障害福祉サービス等（WAM NET）",
        ("事業所の名称", "サービス種別", "事業所緯度"),
        kind="障害福祉サービス",
    ),
    Profile(
        "standard",
        "自治体標準オープンデータセット",
        ("全国地方公共団体コード", "ID", "所在地_連結表記", "町字ID"),
        kind="公共施設",
    ),
    Profile(
        "hsds",
        "HSDS（JSON）",
        ("つなぎの番号", "予定（機械用）", "名称", "種別", "軽いカード", "狭間枠の根拠", "定員の補足"),
    ),
    Profile(
        "facility_sheets",
        "施設の一覧（英語の見出し）",
        ("#property", "latitude", "longitude", "name", "referenceObject"),
        kind="公共施設",
    ),
    Profile(
        "takamatsu",
        "高松市オープンデータ",
        ("種別", "サービス", "利用可能日時特記事項", "source_folder"),
        source="高松市オープンデータ（CC BY 4.0）",
    ),
)

_BY_CODE: Final = {profile.code: profile for profile in PROFILES}
CODES: Final = tuple(_BY_CODE)


def profile_named(code: str) -> Profile:
    """Return the profile of this code; raise `KeyError` when there is none."""
    return _BY_CODE[code]


def likely_profile(table: Table) -> Profile | None:
    """Return the layout that the headers look like: the one with most of its marks there, None below three of them."""
    present = {header_key(header) for header in table.headers}

    def found(profile: Profile) -> int:
        return sum(header_key(mark) in present for mark in profile.marks)

    best = max(PROFILES, key=found)
    return best if found(best) >= 3 else None


NAMELESS: Final = (
    f"「{Column.NAME.value}」の列がありません。見出しに「名称」「施設名」などの列を足してください。"
)
