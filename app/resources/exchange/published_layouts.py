"""The published layouts as files that leave: 推奨データセット, 自治体標準オープンデータセット, and those of MHLW and WAM NET.

A column for which the catalogue holds nothing stays, empty: programs count on the columns. Headers are written as the
layouts write them; the list of `data/standards` is compared by a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.geo.municipality import PREFECTURES
from app.resources.engine.schedule.summary import code_of
from app.resources.engine.schedule.timetable import rules_of
from app.resources.exchange.columns import Column
from app.resources.exchange.own_timetable import clock
from app.resources.exchange.reading import contact_parts
from app.resources.exchange.writing import (
    OWN,
    Cell,
    Facts,
    Layout,
    OutColumn,
    coordinate,
    establishment,
    plain,
    schedule_words,
    timetable_of_facts,
)
from app.text.values import parse_phones
from app.text.values.weekdays import DAY_NAMES

_Maker = Callable[[Facts], Cell]


def _nothing(_facts: Facts) -> Cell:
    return None


def _prefecture(facts: Facts) -> Cell:
    code = str(facts["municipality_code"] or "")
    number = int(code[:2]) if code[:2].isdecimal() else 0
    return PREFECTURES[number - 1] if 1 <= number <= len(PREFECTURES) else None


def _part(column: Column) -> _Maker:
    """A part of the contact: what stands under its word, or the first telephone number."""

    def make(facts: Facts) -> Cell:
        parts = contact_parts(facts["contact"])
        if column is not Column.CONTACT:
            return parts.get(column)
        phones = parse_phones(parts[column]).value
        return phones[0].number if phones else None

    return make


def _extension(facts: Facts) -> Cell:
    parts = contact_parts(facts["contact"])
    phones = parse_phones(parts[Column.CONTACT]).value
    return parts.get(Column.EXTENSION) or (phones[0].extension if phones else None) or None


def _contact_words(facts: Facts) -> Cell:
    """Whom to ask, where the contact holds no telephone number, or words beside it."""
    text = contact_parts(facts["contact"])[Column.CONTACT]
    phones = parse_phones(text).value
    if not phones:
        return text or None
    return " ".join(phone.label for phone in phones if phone.label) or None


def _days(facts: Facts) -> Cell:
    """「月水金」 where it comes every week, else 「第1月・第3月」; as it was written where there is no timetable."""
    timetable = timetable_of_facts(facts)
    if timetable is None:
        return str(facts["schedule"]) if facts["schedule"] else None
    if not timetable.meetings:
        return None
    found = rules_of(code_of(timetable.meetings))
    return "".join(DAY_NAMES[day - 1] for day in sorted(found.days)) if found.is_weekly else str(found)


def _day_notes(facts: Facts) -> Cell:
    """What the days alone do not say."""
    timetable = timetable_of_facts(facts)
    words = None
    if timetable is not None and (
        len(timetable.meetings) > 1
        or timetable.dates
        or timetable.closures
        or timetable.breaks
        or timetable.holidays
    ):
        words = schedule_words(facts)
    return "\n".join(filter(None, (words, facts["schedule_note"]))) or None


def _notes_of_event(facts: Facts) -> Cell:
    return "\n".join(filter(None, (schedule_words(facts), facts["schedule_note"]))) or None


def _first_day(facts: Facts) -> Cell:
    timetable = timetable_of_facts(facts)
    days = [each.first for each in timetable.dates] if timetable is not None else []
    return min(days).isoformat() if days else None


def _last_day(facts: Facts) -> Cell:
    timetable = timetable_of_facts(facts)
    days = [each.last for each in timetable.dates] if timetable is not None else []
    return max(days).isoformat() if days else None


def _remarks(facts: Facts) -> Cell:
    """The remarks, and with them that the place is resting, which no layout has a column for."""
    state = f"状態：{facts['state'].label}" if facts["state"].value != "active" else ""
    return "\n".join(filter(None, (facts["remarks"], state))) or None


def _access(facts: Facts) -> Cell:
    """What is known of how one gets in, in words."""
    known = {**facts["traits"]}
    note = known.pop("バリアフリー情報", "")
    said = [f"{item}：{known[item]}" for item in _BARRIERS if known.get(item)]
    return "、".join([*said, *([note] if note else [])]) or None


def _capacity(facts: Facts) -> Cell:
    found: Cell = facts["capacity"] if facts["capacity"] is not None else facts["capacity_note"]
    return found


def _ages(facts: Facts) -> Cell:
    if facts["age_from"] is None and facts["age_to"] is None:
        return str(facts["audience"]) if facts["audience"] else None
    return "〜".join("" if age is None else f"{age}歳" for age in (facts["age_from"], facts["age_to"]))


def _standard_id(facts: Facts) -> Cell:
    # The layout wants an id for every row; ours is the key, under a letter that no publisher's number begins with.
    return str(facts["published_id"] or f"T{facts['id']}")


def _hours(facts: Facts) -> str | None:
    opens, closes = facts["opens_minute"], facts["closes_minute"]
    return f"{clock(opens)}〜{clock(closes)}" if opens is not None and closes is not None else None


def _hours_on(days: range) -> _Maker:
    """The hours on these days of the week (1 is Monday), where it is open on one of them."""

    def make(facts: Facts) -> Cell:
        timetable = timetable_of_facts(facts)
        if timetable is not None and len({meeting.hours for meeting in timetable.meetings}) > 1:
            # Which day has which hours is told by the notes.
            return None
        mask = facts["weekday_mask"] or 0
        return _hours(facts) if any(mask >> (day - 1) & 1 for day in days) else None

    return make


_BARRIERS: Final = (
    "段差", "スロープ", "手すり", "エレベーター", "車いすトイレ", "オストメイト", "車いす利用", "車いす駐車場", "点字ブロック", "点字案内",
    "筆談対応", "補助犬同伴", "授乳室",
)  # fmt: skip

_number = plain("number")
_code, _name, _kana = plain("municipality_code"), plain("name"), plain("kana")
_lat, _lon = coordinate("lat"), coordinate("lon")
_opens: _Maker = lambda facts: clock(facts["opens_minute"]) or None  # noqa: E731  # a column in one line
_closes: _Maker = lambda facts: clock(facts["closes_minute"]) or None  # noqa: E731


def _trait(item: str) -> _Maker:
    return lambda facts: facts["traits"].get(item)


_WHERE: Final = (("都道府県名", _prefecture), ("市区町村名", _nothing))


def _layout(code: str, label: str, hint: str, columns: tuple[tuple[str, _Maker], ...]) -> Layout:
    return Layout(code, label, tuple(OutColumn(header, make) for header, make in columns), hint)


PUBLIC_FACILITIES: Final = _layout(
    "public_facilities",
    "公共施設一覧（推奨データセット）",
    "種別の列がありません。種別で絞ってから使ってください。",
    (
        ("都道府県コード又は市区町村コード", _code), ("NO", _number), *_WHERE, ("名称", _name), ("名称_カナ", _kana),
        ("名称_通称", plain("nickname")), ("POIコード", _nothing), ("住所", plain("address")),
        ("方書", plain("building")), ("緯度", _lat), ("経度", _lon), ("電話番号", _part(Column.CONTACT)),
        ("内線番号", _extension), ("法人番号", plain("corporate_number")), ("団体名", plain("operator")),
        ("利用可能曜日", _days), ("開始時間", _opens), ("終了時間", _closes), ("利用可能日時特記事項", _day_notes),
        ("説明", plain("description")), ("バリアフリー情報", _access), ("URL", plain("url")), ("備考", _remarks),
    ),
)  # fmt: skip
EVENTS: Final = replace(
    _layout(
        "events",
        "イベント一覧（推奨データセット）",
        "日付の決まっている催しだけが入ります。毎週・毎月の集まりは入りません。",
        (
            ("都道府県コード又は市区町村コード", _code), ("NO", _number), *_WHERE, ("イベント名", _name),
            ("イベント名_カナ", _kana), ("イベント名_英語", _nothing), ("開始日", _first_day), ("終了日", _last_day),
            ("開始時間", _opens), ("終了時間", _closes), ("開始日時特記事項", _notes_of_event),
            ("説明", plain("description")), ("料金(基本)", plain("fee")), ("料金(詳細)", _nothing),
            ("連絡先名称", _contact_words), ("連絡先電話番号", _part(Column.CONTACT)),
            ("連絡先内線番号", _extension), ("主催者", plain("operator")), ("場所名称", plain("building")),
            ("住所", plain("address")), ("方書", _nothing), ("緯度", _lat), ("経度", _lon),
            ("アクセス方法", plain("nearest_stop")), ("駐車場情報", _trait("駐車場情報")), ("定員", _capacity),
            ("参加申込終了日", _nothing), ("参加申込終了時間", _nothing), ("参加申込方法", plain("application")),
            ("URL", plain("url")), ("備考", _remarks),
        ),
    ),
    takes=lambda facts: _first_day(facts) is not None,
)  # fmt: skip
CHILDCARE: Final = _layout(
    "childcare",
    "子育て施設一覧（推奨データセット）",
    "子育ての場の種別で絞ってから使ってください。",
    (
        ("都道府県コード又は市区町村コード", _code), ("NO", _number), *_WHERE, ("名称", _name), ("名称_カナ", _kana),
        ("種別", plain("kind")), ("住所", plain("address")), ("方書", plain("building")), ("緯度", _lat), ("経度", _lon),
        ("アクセス方法", plain("nearest_stop")), ("駐車場情報", _trait("駐車場情報")), ("電話番号", _part(Column.CONTACT)),
        ("内線番号", _extension), ("FAX番号", _part(Column.FAX)), ("法人番号", plain("corporate_number")),
        ("団体名", plain("operator")), ("認可等年月日", _nothing), ("収容定員", _capacity), ("受入年齢", _ages),
        ("利用可能曜日", _days), ("開始時間", _opens), ("終了時間", _closes), ("利用可能日時特記事項", _day_notes),
        ("一時預かりの有無", _trait("一時預かりの有無")), ("URL", plain("url")), ("備考", _remarks),
    ),
)  # fmt: skip
CARE: Final = _layout(
    "care",
    "介護サービス事業所一覧（推奨データセット）",
    "介護の種別で絞ってから使ってください。",
    (
        ("都道府県コード又は市区町村コード", _code), ("NO", _number), *_WHERE, ("介護サービス事業所名称", _name),
        ("介護サービス事業所名称_カナ", _kana), ("実施サービス", plain("kind")), ("住所", plain("address")),
        ("方書", plain("building")), ("緯度", _lat), ("経度", _lon), ("電話番号", _part(Column.CONTACT)),
        ("内線番号", _extension), ("FAX番号", _part(Column.FAX)), ("法人番号", plain("corporate_number")),
        ("法人の名称", plain("operator")), ("事業所番号", establishment), ("利用可能曜日", _days),
        ("利用可能曜日特記事項", _day_notes), ("定員", _capacity), ("URL", plain("url")), ("備考", _remarks),
    ),
)  # fmt: skip
CARE_NATIONAL: Final = _layout(
    "care_national",
    "介護サービス情報の公表（厚生労働省の24列）",
    "介護の種別で絞ってから使ってください。指定基準の列は空です。",
    (
        ("都道府県コード又は市町村コード", _code), ("No", _number), *_WHERE, ("事業所名", _name),
        ("事業所名カナ", _kana), ("サービスの種類", plain("kind")), ("住所", plain("address")),
        ("方書（ビル名等）", plain("building")), ("緯度", _lat), ("経度", _lon), ("電話番号", _part(Column.CONTACT)),
        ("FAX番号", _part(Column.FAX)), ("法人番号", plain("corporate_number")), ("法人の名称", plain("operator")),
        ("事業所番号", establishment), ("利用可能曜日", _days), ("利用可能曜日特記事項", _day_notes),
        ("定員", _capacity), ("URL", plain("url")), ("高齢者の方と障害者の方が同時一体的に利用できるサービス", _nothing),
        ("介護保険の通常の指定基準を満たしている", _nothing), ("障害福祉の通常の指定基準を満たしている", _nothing),
        ("備考", _remarks),
    ),
)  # fmt: skip
DISABILITY: Final = _layout(
    "disability",
    "障害福祉サービス等（WAM NETの29列）",
    "障害福祉の種別で絞ってから使ってください。法人の本部の列は空です。",
    (
        ("都道府県コード又は市区町村コード", _code), ("NO（※システム内の固有の番号、連番）", _number), ("指定機関名", _nothing),
        ("法人の名称", plain("operator")), ("法人の名称_かな", _nothing), ("法人番号", plain("corporate_number")),
        ("法人住所（市区町村）", _nothing), ("法人住所（番地以降）", _nothing), ("法人電話番号", _nothing),
        ("法人FAX番号", _nothing), ("法人URL", _nothing), ("サービス種別", plain("kind")), ("事業所の名称", _name),
        ("事業所の名称_かな", _kana), ("事業所番号", establishment), ("事業所住所（市区町村）", plain("address")),
        ("事業所住所（番地以降）", plain("building")), ("事業所電話番号", _part(Column.CONTACT)),
        ("事業所FAX番号", _part(Column.FAX)), ("事業所URL", plain("url")), ("事業所緯度", _lat), ("事業所経度", _lon),
        ("利用可能な時間帯（平日）", _hours_on(range(1, 6))), ("利用可能な時間帯（土曜）", _hours_on(range(6, 7))),
        ("利用可能な時間帯（日曜）", _hours_on(range(7, 8))), ("利用可能な時間帯（祝日）", _nothing), ("定休日", _nothing),
        ("利用可能曜日特記事項（留意事項）", _day_notes), ("定員", _capacity),
    ),
)  # fmt: skip
STANDARD: Final = _layout(
    "standard",
    "自治体標準オープンデータセット（公共施設）",
    "種別の列がありません。種別で絞ってから使ってください。",
    (
        ("全国地方公共団体コード", _code), ("ID", _standard_id), ("地方公共団体名", _nothing), ("名称", _name),
        ("名称_カナ", _kana), ("名称_英語", _nothing), ("所在地_全国地方公共団体コード", _code), ("町字ID", _nothing),
        ("所在地_連結表記", plain("address")), ("所在地_都道府県", _nothing), ("所在地_市区町村", _nothing),
        ("所在地_町字", _nothing), ("所在地_番地以下", _nothing), ("建物名等(方書)", plain("building")), ("緯度", _lat),
        ("経度", _lon), ("高度の種別", _nothing), ("高度の値", _nothing), ("電話番号", _part(Column.CONTACT)),
        ("内線番号", _extension), ("連絡先メールアドレス", _part(Column.MAIL)),
        ("連絡先FormURL", _part(Column.CONTACT_FORM)), ("連絡先備考（その他、SNSなど）", _contact_words),
        ("郵便番号", _nothing), ("法人番号", plain("corporate_number")), ("団体名", plain("operator")),
        ("利用可能曜日", _days), ("開始時間", _opens), ("終了時間", _closes), ("利用可能日時特記事項", _day_notes),
        ("URL", plain("url")), ("画像", _nothing), ("画像_ライセンス", _nothing), ("備考", _remarks),
    ),
)  # fmt: skip

LAYOUTS: Final = {
    layout.code: layout
    for layout in (OWN, PUBLIC_FACILITIES, EVENTS, CHILDCARE, CARE, CARE_NATIONAL, DISABILITY, STANDARD)
}
"""Every layout by its code, our own first."""
