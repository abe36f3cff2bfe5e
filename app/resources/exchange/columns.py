"""Which header means what. A header is compared by `header_key`, so width, case, dashes and line breaks do not matter.

Sources: 推奨データセット and 自治体標準オープンデータセット, the MHLW file of care providers, the WAM NET file of disability
services, 高松市's property names, and our own template. Headers of the published layouts that are left out on purpose
stand with the reason in `unread`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.resources.engine.trait_fields import FIELDS
from app.text.tables import header_key


class Column(StrEnum):
    """What a column says. The value is the name that messages use for it."""

    HANDLE = "つなぎの番号"
    SERIAL = "連番"
    PUBLISHED_ID = "ID"
    ESTABLISHMENT = "事業所番号"
    MUNICIPALITY = "団体コード"
    MUNICIPALITY_NAME = "市区町村名"
    KIND = "種別"
    NAME = "名称"
    KANA = "カナ"
    NICKNAME = "通称"
    OPERATOR = "運営者"
    CORPORATE_NUMBER = "法人番号"
    LEGAL_BASIS = "根拠事業"
    DESCRIPTION = "説明"
    REMARKS = "備考"
    # What has no place of its own and does no harm: it goes into the remarks under these words.
    NAME_IN_ENGLISH = "英語の名称"
    APPROVED_ON = "認可等年月日"
    SHARED_SERVICE = "高齢の人と障害のある人が一緒に使えるサービス"
    CARE_STANDARD = "介護保険の通常の指定基準を満たす"
    DISABILITY_STANDARD = "障害福祉の通常の指定基準を満たす"
    URL = "URL"
    ADDRESS = "住所"
    ADDRESS_PREFECTURE = "所在地（都道府県）"
    ADDRESS_MUNICIPALITY = "所在地（市区町村）"
    ADDRESS_TOWN = "所在地（町字）"
    ADDRESS_NUMBER = "所在地（番地以下）"
    BUILDING = "方書"
    VENUE = "場所"
    TOWN = "町"
    LATITUDE = "緯度"
    LONGITUDE = "経度"
    POINT_PRECISION = "位置精度"
    POINT_SOURCE = "座標の出典"
    SERVED_AREA = "提供地域"
    SERVED_AREA_NOTE = "提供地域の注記"
    NEAREST_STOP = "最寄停留所"
    PICKUP = "送迎"
    WEEKDAYS = "曜日"
    SCHEDULE_NOTE = "日程の自由記述"
    TIMETABLE = "予定（機械用）"
    TIMETABLE_WORDS = "予定（ことば）"
    OPENS = "開始時間"
    CLOSES = "終了時間"
    OPENS_ON_WORKDAYS = "利用できる時間（平日）"
    OPENS_ON_SATURDAYS = "利用できる時間（土曜）"
    OPENS_ON_SUNDAYS = "利用できる時間（日曜）"
    OPENS_ON_HOLIDAYS = "利用できる時間（祝日）"
    CLOSED_DAYS = "定休日"
    STARTS_ON = "開始日"
    ENDS_ON = "終了日"
    AGE_FROM = "対象年齢下限"
    AGE_TO = "対象年齢上限"
    AUDIENCE = "対象の属性"
    GAP_WELCOME = "狭間の人も可"
    GAP_SEATS = "狭間枠"
    GAP_BASIS = "狭間枠の根拠"
    ORIGINAL_USERS = "本来の利用者"
    CAPACITY = "定員"
    CAPACITY_NOTE = "定員の補足"
    FEE = "費用"
    FEE_DETAILS = "費用（詳細）"
    APPLICATION = "申込方法"
    APPLY_UNTIL = "申込の締切日"
    APPLY_UNTIL_TIME = "申込の締切時刻"
    CONTACT = "連絡先"
    CONTACT_NAME = "連絡先の名前"
    EXTENSION = "内線番号"
    FAX = "FAX番号"
    MAIL = "メールアドレス"
    CONTACT_FORM = "問い合わせフォーム"
    CONTACT_NOTE = "連絡先の補足"
    CONTACT_IS_PUBLIC = "連絡先公開"
    DISCLOSURE = "公開区分"
    IS_REFUGE = "秘匿"
    IS_LIGHT = "軽いカード"
    ASK = "声をかける人"
    SOURCE = "出典"
    CONFIRMED_ON = "確認日"
    CONFIRMED_BY = "確認者"
    CHECK_INTERVAL = "確認の間隔（日）"
    NEXT_CHECK_ON = "次回確認期限"
    CHECK_NOTE = "要確認メモ"
    LISTING_AGREED_ON = "掲載の同意日"
    LISTING_AGREED_BY = "同意を聞いた人"
    STATE = "状態"
    ENDED_ON = "終わった日"
    END_REASON = "終わった理由"


HEADERS: Final[dict[Column, tuple[str, ...]]] = {
    Column.HANDLE: ("つなぎの番号",),
    # A serial number changes with every edition of a file: it never tells which resource a row is.
    Column.SERIAL: (
        "NO", "№", "項番", "連番", "通番", "番号", "#property", "NO（※システム内の固有の番号、連番）",
    ),
    Column.PUBLISHED_ID: ("ID", "識別ID", "資源ID", "施設ID", "施設番号", "イベントID", "identifier"),
    Column.ESTABLISHMENT: ("事業所番号",),
    Column.MUNICIPALITY: (
        "団体コード", "全国地方公共団体コード", "都道府県コード又は市区町村コード", "都道府県コード又は市町村コード",
        "市区町村コード", "prefCode",
    ),
    Column.MUNICIPALITY_NAME: ("市区町村名", "地方公共団体名", "cityName"),
    Column.KIND: ("種別", "種類", "分類", "施設種別", "サービスの種類", "サービス種別", "実施サービス", "カテゴリ", "カテゴリー"),
    Column.NAME: (
        "名称", "施設名", "施設名称", "事業所名", "事業所名称", "事業所の名称", "介護サービス事業所名称", "イベント名", "行事名", "資源名", "name",
    ),
    Column.KANA: (
        "カナ", "名称_カナ", "名称カナ", "事業所名カナ", "事業所の名称_かな", "介護サービス事業所名称_カナ", "イベント名_カナ",
        "施設名カナ", "フリガナ", "ふりがな", "よみがな",
    ),
    Column.NICKNAME: ("通称", "名称_通称", "愛称"),
    Column.OPERATOR: ("運営者", "運営主体", "実施主体", "設置者", "法人の名称", "法人名", "団体名", "主催者"),
    Column.CORPORATE_NUMBER: ("法人番号",),
    Column.LEGAL_BASIS: ("根拠事業",),
    Column.DESCRIPTION: ("説明", "内容", "概要", "サービス", "サービス内容", "service"),
    Column.REMARKS: ("備考", "note"),
    Column.NAME_IN_ENGLISH: ("英語の名称", "名称_英語", "イベント名_英語"),
    Column.APPROVED_ON: ("認可等年月日",),
    Column.SHARED_SERVICE: ("高齢者の方と障害者の方が同時一体的に利用できるサービス",),
    Column.CARE_STANDARD: ("介護保険の通常の指定基準を満たしている",),
    Column.DISABILITY_STANDARD: ("障害福祉の通常の指定基準を満たしている",),
    Column.URL: ("URL", "事業所URL", "ホームページ", "referenceObject"),
    Column.ADDRESS: (
        "住所", "所在地", "所在地_連結表記", "所在地_連結標記", "address", "開催場所住所",
    ),
    Column.ADDRESS_PREFECTURE: ("所在地_都道府県",),
    Column.ADDRESS_MUNICIPALITY: ("所在地_市区町村", "事業所住所（市区町村）"),
    Column.ADDRESS_TOWN: ("所在地_町字",),
    Column.ADDRESS_NUMBER: ("所在地_番地以下", "事業所住所（番地以降）"),
    Column.BUILDING: ("方書", "方書（ビル名等）", "建物名等(方書)", "建物名"),
    Column.VENUE: ("場所名称", "場所", "会場", "開催場所"),
    Column.TOWN: ("町", "町名", "町丁"),
    Column.LATITUDE: ("緯度", "事業所緯度", "latitude", "lat"),
    Column.LONGITUDE: ("経度", "事業所経度", "longitude", "lon", "lng"),
    Column.POINT_PRECISION: ("位置精度",),
    Column.POINT_SOURCE: ("座標の出典",),
    Column.SERVED_AREA: ("提供地域", "サービス提供地域", "通常の事業の実施地域"),
    Column.SERVED_AREA_NOTE: ("提供地域の注記",),
    Column.NEAREST_STOP: ("最寄停留所", "最寄り", "最寄駅", "アクセス方法"),
    Column.PICKUP: ("送迎",),
    Column.WEEKDAYS: ("曜日", "曜日コード", "利用可能曜日", "開催曜日", "開催日", "availableDate"),
    Column.SCHEDULE_NOTE: (
        "日程の自由記述", "利用可能日時特記事項", "利用可能曜日特記事項", "利用可能曜日特記事項（留意事項）", "開始日時特記事項",
        "availableDateNote",
    ),
    Column.TIMETABLE: ("予定（機械用）",),
    Column.TIMETABLE_WORDS: ("予定（ことば）",),
    Column.OPENS: ("開始時間", "開始時刻", "startTime"),
    Column.CLOSES: ("終了時間", "終了時刻", "endTime"),
    Column.OPENS_ON_WORKDAYS: ("利用可能な時間帯（平日）",),
    Column.OPENS_ON_SATURDAYS: ("利用可能な時間帯（土曜）",),
    Column.OPENS_ON_SUNDAYS: ("利用可能な時間帯（日曜）",),
    Column.OPENS_ON_HOLIDAYS: ("利用可能な時間帯（祝日）",),
    Column.CLOSED_DAYS: ("定休日", "休館日", "休業日"),
    Column.STARTS_ON: ("開始日",),
    Column.ENDS_ON: ("終了日",),
    Column.AGE_FROM: ("対象年齢下限",),
    Column.AGE_TO: ("対象年齢上限",),
    Column.AUDIENCE: ("対象の属性", "対象", "対象者", "受入年齢"),
    Column.GAP_WELCOME: ("狭間の人も可",),
    Column.GAP_SEATS: ("狭間枠",),
    Column.GAP_BASIS: ("狭間枠の根拠",),
    Column.ORIGINAL_USERS: ("本来の利用者",),
    Column.CAPACITY: ("定員", "収容定員", "capacity"),
    Column.CAPACITY_NOTE: ("定員の補足",),
    Column.FEE: ("費用", "料金", "利用料", "参加費", "料金(基本)"),
    Column.FEE_DETAILS: ("料金(詳細)",),
    Column.APPLICATION: ("申込方法", "参加申込方法", "申込", "申込期間"),
    Column.APPLY_UNTIL: ("参加申込終了日", "申込締切日"),
    Column.APPLY_UNTIL_TIME: ("参加申込終了時間",),
    Column.CONTACT: ("連絡先", "電話番号", "電話", "連絡先電話番号", "事業所電話番号", "TEL", "telephoneNumber"),
    Column.CONTACT_NAME: ("連絡先名称", "問い合わせ先（市の担当課）", "問い合わせ先"),
    Column.EXTENSION: ("内線番号", "連絡先内線番号"),
    Column.FAX: ("FAX番号", "FAX", "事業所FAX番号"),
    Column.MAIL: ("メールアドレス", "連絡先メールアドレス"),
    Column.CONTACT_FORM: ("連絡先FormURL",),
    Column.CONTACT_NOTE: ("連絡先備考（その他、SNSなど）",),
    Column.CONTACT_IS_PUBLIC: ("連絡先公開",),
    Column.DISCLOSURE: ("公開区分",),
    Column.IS_REFUGE: ("秘匿",),
    Column.IS_LIGHT: ("軽いカード",),
    Column.ASK: ("声をかける人",),
    Column.SOURCE: ("出典",),
    Column.CONFIRMED_ON: ("確認日",),
    Column.CONFIRMED_BY: ("確認者",),
    Column.CHECK_INTERVAL: ("確認の間隔（日）", "確認の間隔"),
    Column.NEXT_CHECK_ON: ("次回確認期限",),
    Column.CHECK_NOTE: ("要確認メモ",),
    Column.LISTING_AGREED_ON: ("掲載の同意日",),
    Column.LISTING_AGREED_BY: ("同意を聞いた人",),
    Column.STATE: ("状態",),
    Column.ENDED_ON: ("終わった日",),
    Column.END_REASON: ("終わった理由",),
}  # fmt: skip

# What files bring beside the items that the form asks: the form keeps it, and the card shows what residents may know.
_BESIDE_THE_FORM: Final = ("駐車場情報", "受け入れ先ID", "掲載の同意")

TRAITS: Final = tuple(dict.fromkeys((*(asked.item for asked in FIELDS), *_BESIDE_THE_FORM)))
"""Columns that are kept as the source has them, each under its own name, in `Resource.traits`."""

_COLUMN_OF: Final = {header_key(header): column for column, known in HEADERS.items() for header in known}
_TRAIT_OF: Final = {header_key(trait): trait for trait in TRAITS}

KNOWN_HEADERS: Final = (*(header for known in HEADERS.values() for header in known), *TRAITS)
"""Everything by which a header line is told from a title."""


def column_of(header: str) -> Column | None:
    """Return what a header means, None when it is none of ours."""
    if header.strip() == "#":
        return Column.SERIAL
    return _COLUMN_OF.get(header_key(header))


def trait_of(header: str) -> str | None:
    """Return the trait that a header names, None when it names none."""
    return _TRAIT_OF.get(header_key(header))
