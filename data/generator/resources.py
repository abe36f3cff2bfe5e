"""The catalogue: groups and services at the venues, informal gatherings, shelters and secret refuges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from data.generator.book import Row, read_groups, read_lines, read_words
from data.generator.catalogue import Catalogue
from data.generator.chance import Deck, pick, sometimes, stream
from data.generator.environment import UNASKED, detail_themes, feelings
from data.generator.land import Town
from data.generator.operators import Register, operator_for
from data.generator.places import ACCESS_ITEMS, Venue, base_name, nearest_stop
from data.generator.schedules import Rooms, make_slot
from data.generator.shelters import add_refuges, add_shelters

FEES = {
    "通いの場": (
        ("無料", "0"),
        ("100円", "100"),
        ("200円（お茶代）", "200"),
        ("月300円", "300"),
        ("実費", ""),
    ),
    "食の支援": (("子ども無料・大人300円", "300"), ("無料", "0"), ("100円", "100")),
    "配食": (("1食450円", "450"), ("1食380円", "380"), ("1食500円（減免あり）", "500")),
    "移動": (("1回200円", "200"), ("片道300円", "300"), ("無料", "0"), ("燃料代の実費", "")),
    "住まい": (("家賃28,000円", "28000"), ("家賃31,000円（共益費込み）", "31000"), ("収入に応じて", "")),
    "学び": (("無料", "0"), ("300円（材料代）", "300"), ("500円", "500"), ("無料", "0")),
}
OUTDOOR = (
    "畑の会",
    "ノルディックウォーク",
    "グラウンドゴルフ",
    "朝のラジオ体操",
    "公園の手入れ",
    "海辺のごみひろい",
    "太極拳",
    "通学路の旗当番",
)


def kana_of(hiragana: str) -> str:
    """Katakana for a name that is written in hiragana."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in hiragana)


@dataclass
class Names:
    """Names that are given once, with their readings."""

    prefixes: Deck
    given: set[str] = field(default_factory=set)

    def give(self, rng: Random, activity: Mapping[str, str], town: Town) -> tuple[str, str, str]:
        """Name, kana and a nickname."""
        while True:
            prefix = self.prefixes.deal()
            place, place_kana = base_name(town)
            name, kana = pick(
                rng,
                [
                    (f"{prefix} {activity['activity']}", f"{kana_of(prefix)} {activity['kana']}"),
                    (f"{activity['activity']} {prefix}", f"{activity['kana']} {kana_of(prefix)}"),
                    (f"{place} {activity['activity']}", f"{place_kana} {activity['kana']}"),
                    (
                        f"{place}{prefix}の{activity['activity']}",
                        f"{place_kana}{kana_of(prefix)}ノ{activity['kana']}",
                    ),
                ],
                [5, 3, 4, 1],
            )
            if name not in self.given:
                self.given.add(name)
                nick = pick(rng, [f"{prefix}さん", f"{place}の集まり", prefix])
                return name, kana, nick if rng.random() < 0.3 else ""


def at_venue(venue: Venue, room: str, precise: bool = True) -> Row:
    """The columns that a resource takes over from its building."""
    return {
        "住所": venue.address, "町": venue.town.name, "方書": f"{venue.name} {room}".strip(),
        "緯度": venue.lat if precise else "", "経度": venue.lon if precise else "",
        "位置精度": venue.precision if precise else "不明", "座標の出典": venue.point_source if precise else "",
        "最寄停留所": venue.stop, **dict(zip(ACCESS_ITEMS, venue.access, strict=True)),
    }  # fmt: skip


def served_area(rng: Random, kind: str, town: Town) -> tuple[str, str]:
    """Where people may come from, which is not where the building stands."""
    code = town.district.code
    if kind in ("住まい", "学び", "ピア・家族会") or rng.random() < 0.3:
        return "全市", ""
    near = pick(rng, [code, f"{code};D01", f"{code};D{(int(code[1:]) % 10) + 1:02d}"], [6, 1, 2])
    return near, pick(rng, ["", "", "", "一部の町のみ", "ほかの地域は要相談"])


def _facts(rng: Random, kind: str, activity: Mapping[str, str], town: Town) -> Row:
    audience = next((row for row in read_words("audience") if row["activity"] == activity["activity"]), None)
    area, note = served_area(rng, kind, town)
    elderly = audience is None and kind == "通いの場" and rng.random() < 0.55
    # A gap seat is a promise that somebody has made; mostly nobody has asked yet.
    gap = pick(
        rng,
        ["可", "不可", "不明"],
        [4, 1, 5] if kind in ("通いの場", "居場所", "学び", "ボランティア") else [3, 1, 3],
    )
    fee, yen = pick(rng, FEES.get(kind, (("無料", "0"),)))
    # Some free offers simply never wrote it down.
    fee, yen = ("", "") if rng.random() < 0.12 else (fee, yen)
    pickup = pick(rng, ["有", "無", "要相談", ""], [1, 4, 1, 4])
    apply = pick(rng, ["不要", "電話", "窓口", "当日受付", "紹介が必要", ""], [5, 4, 1, 3, 1, 2])
    return {
        "提供地域": area, "提供地域の注記": note if area != "全市" else "",
        "対象年齢下限": audience["low"] if audience else ("65" if elderly else ""),
        "対象年齢上限": audience["high"] if audience else "",
        "対象の属性": audience["who"] if audience else ("おおむね65歳以上" if elderly else ""),
        "狭間の人も可": gap, "狭間枠": str(rng.randint(1, 2)) if gap == "可" and rng.random() < 0.7 else "",
        "定員": sometimes(rng, 0.6, str(round(int(activity["size"]) * rng.uniform(1.1, 1.6)))),
        "費用": fee, "費用円": yen, "申込方法": apply, "送迎": pickup if kind not in ("相談", "見守り") else "",
        "参加の形": activity["shapes"], "関心のことば": activity["interests"],
    }  # fmt: skip


class Storyteller:
    """Two lines for each resource: a scene that is used once, and a remark that agrees with the row."""

    def __init__(self, rng: Random) -> None:
        """Shuffle the remarks by theme."""
        self._rng = rng
        self._remarks = {theme: Deck(rng, lines) for theme, lines in read_groups("details").items()}

    def tell(self, scene: str, row: Mapping[str, str]) -> str:
        """Scene first, remark second."""
        service = row["種別"] in ("相談", "見守り", "住まい", "移動", "配食")
        theme = "service" if service else pick(self._rng, detail_themes(row))
        return f"{scene}\n{self._remarks[theme].deal()}"


def _groups(book: Catalogue, venues: list[Venue], teller: Storyteller) -> None:
    rng = book.rng
    names = Names(Deck(rng, read_lines("prefixes")))
    for activity in read_words("activities"):
        kind = activity["kind"]
        for scene in activity["scenes"].split("|"):
            outdoors = activity["activity"] in OUTDOOR
            fitting = [v for v in venues if (v.build == "outdoor") == outdoors]
            venue = pick(rng, fitting)
            room = pick(rng, venue.rooms)
            name, kana, nick = names.give(rng, activity, venue.town)
            operator = operator_for(rng, kind, venue.town, name.split()[0])
            slot = make_slot(rng, kind, book.rooms, f"{venue.name} {room}", outdoors)
            row = book.add(
                kind,
                {"名称": name, "カナ": kana, "通称": nick, "運営者": operator},
                {"法人番号": book.register.number_of(operator) if rng.random() < 0.8 else ""},
                at_venue(venue, room),
                {
                    "曜日コード": slot.code,
                    "開始時間": slot.start,
                    "終了時間": slot.end,
                    "日程の自由記述": slot.note,
                },
                _facts(rng, kind, activity, venue.town),
                feelings(rng, activity, kind),
            )
            row |= _own_hours(activity["activity"])
            if "オンライン" in activity["activity"]:
                # Nobody has to go anywhere, so there is no door and no pin.
                row |= dict.fromkeys(
                    ("住所", "町", "方書", "緯度", "経度", "座標の出典", "最寄停留所", *ACCESS_ITEMS), ""
                )
                row |= {"位置精度": "不明", "提供地域": "全市", "提供地域の注記": ""}
            row["公開区分"] = pick(rng, ["公開", "関係者", "非公開"], [44, 5, 1])
            row["状態"] = pick(rng, ["活動中", "休止中", "要確認", "終了"], [88, 4, 6, 2])
            row["説明"] = teller.tell(scene, row)


def _own_hours(activity: str) -> Row:
    """Hours that an activity brings with it: nobody looks at stars in the morning."""
    own = next((row for row in read_words("hours") if row["activity"] == activity), None)
    if own is None:
        return {}
    return {"曜日コード": own["days"], "開始時間": own["start"], "終了時間": own["end"]}


def _centres(book: Catalogue, districts: list[Row], teller: Storyteller) -> None:
    rng = book.rng
    for district, scene in zip(districts, read_lines("centres"), strict=True):
        town = next(t for t in book.towns if t.name == district["町"])
        operator = pick(rng, ["社会福祉法人 瀬凪市社会福祉協議会", "社会福祉法人 瀬凪福祉会", "瀬凪市"])
        row = book.add(
            "相談",
            {"名称": district["相談センター"], "カナ": district["相談センターカナ"], "運営者": operator},
            {"法人番号": book.register.number_of(operator), "住所": district["住所"], "町": town.name},
            {
                "緯度": district["緯度"],
                "経度": district["経度"],
                "位置精度": "町丁目",
                "座標の出典": "町の代表点",
            },
            {
                "提供地域": district["圏域コード"],
                "曜日コード": "0Mo0Tu0We0Th0Fr",
                "開始時間": "08:30",
                "終了時間": "17:15",
            },
            {
                "日程の自由記述": "夜間と休日は電話の転送",
                "費用": "無料",
                "費用円": "0",
                "申込方法": "不要",
                "狭間の人も可": "可",
            },
            {"最寄停留所": nearest_stop(rng, town), "参加の形": "つながりだけ", "関心のことば": "相談"},
            dict(
                zip(
                    ACCESS_ITEMS,
                    ("無", "有", "有", "有", "有", "", "", "有", "有", "有", "", "有"),
                    strict=True,
                )
            ),
            {
                **UNASKED,
                "静けさ": "ふつう",
                "人数": "6",
                "同行者可": "可",
                "女性スタッフ": "いる",
                "男性スタッフ": "いる",
            },
        )
        row |= {"連絡先": district["電話"], "連絡先公開": "可", "掲載の同意": "済"}
        row["説明"] = teller.tell(scene, row)


def _light_cards(book: Catalogue) -> None:
    rng = book.rng
    for card in read_words("light"):
        nearby = [town for town in book.towns if town.district.code == card["district"]]
        named = [town for town in nearby if card["where"].startswith(base_name(town)[0].removesuffix("町"))]
        town = pick(rng, named or nearby)
        row = book.add(
            pick(rng, ["通いの場", "居場所"]),
            {
                "名称": card["name"],
                "カナ": card["kana"],
                "町": town.name if named else "",
                "方書": card["where"],
            },
            {
                "日程の自由記述": card["when"],
                "声をかける人": card["ask"],
                "軽いカード": "1",
                "根拠事業": "",
            },
            {
                "提供地域": card["district"],
                "位置精度": "町丁目" if named else "不明",
                "参加の形": "居るだけ",
            },
        )
        if named:
            row |= {"緯度": f"{town.point.y:.6f}", "経度": f"{town.point.x:.6f}", "座標の出典": "町の代表点"}
        # Neighbours who meet have no office, no telephone for strangers and no date by which they must report.
        row |= {
            "連絡先": "",
            "連絡先公開": "不可",
            "次回確認期限": "",
            "要確認メモ": "",
            "出典": "現地で聞き取り",
        }
        row["公開区分"] = pick(rng, ["公開", "関係者"], [5, 5])


def start_catalogue(towns: list[Town], districts: list[Row], venues: list[Venue]) -> Catalogue:
    """Everything but the places of hosts, which `hosts` adds because they follow from the openings."""
    rng = stream("resources")
    book = Catalogue(rng, towns, Register(), Rooms())
    teller = Storyteller(rng)
    _centres(book, districts, teller)
    _groups(book, venues, teller)
    _light_cards(book)
    add_shelters(book)
    add_refuges(book)
    return book
