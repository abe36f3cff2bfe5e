"""Buildings and fields where something takes place: one building holds several resources."""

from dataclasses import dataclass
from random import Random

from data.generator.book import read_words
from data.generator.chance import CITY, pick, sometimes, stream
from data.generator.land import Town, door_near, street_number

ACCESS_ITEMS = (
    "段差", "スロープ", "手すり", "車いすトイレ", "洋式トイレ", "オストメイト", "エレベーター", "駐車場",
    "車いす駐車場", "筆談対応", "点字案内", "授乳室",
)  # fmt: skip

# How likely an item is known to be there, and whether anybody has looked at all.
BUILT = {
    "public": (0.3, 0.7, 0.8, 0.75, 0.95, 0.2, 0.5, 0.8, 0.5, 0.5, 0.2, 0.3),
    "small": (0.6, 0.3, 0.4, 0.1, 0.7, 0.02, 0.03, 0.5, 0.05, 0.1, 0.02, 0.03),
    "old": (0.9, 0.1, 0.2, 0.03, 0.4, 0.0, 0.0, 0.3, 0.02, 0.1, 0.0, 0.0),
    "outdoor": (0.5, 0.1, 0.05, 0.05, 0.2, 0.0, 0.0, 0.6, 0.05, 0.0, 0.0, 0.0),
}
LOOKED = {"public": 0.85, "small": 0.5, "old": 0.4, "outdoor": 0.3}

# Suffix with its reading, how it is built, its rooms, and how many of the kind a district has.
VENUES = (
    ("公民館", "コウミンカン", "public", ("大広間", "和室", "調理室", "第1会議室", "第2会議室"), 2),
    ("集会所", "シュウカイジョ", "small", ("", "奥の間"), 3),
    ("の空き家", "ノアキヤ", "old", ("", "土間"), 1),
    ("の古民家", "ノコミンカ", "old", ("座敷",), 1),
    ("薬局の二階", "ヤッキョクノニカイ", "small", ("2階",), 1),
    ("の元分校", "ノモトブンコウ", "small", ("1年の教室", "音楽室", "校庭"), 1),
    ("の広場", "ノヒロバ", "outdoor", ("",), 1),
)
GRAND = (
    (
        "瀬凪市総合福祉会館",
        "セナギシソウゴウフクシカイカン",
        ("1階ロビー", "2階研修室", "3階和室", "ボランティア室", "調理実習室"),
    ),
    (
        "瀬凪市民活動センター",
        "セナギシミンカツドウセンター",
        ("会議室A", "会議室B", "交流スペース", "印刷室"),
    ),
    ("瀬凪市立図書館", "セナギシリツトショカン", ("読書室", "集会室", "裏の作業室")),
    ("駅前ビル まどのそと", "エキマエビル マドノソト", ("3階", "4階", "5階")),
)


@dataclass(frozen=True)
class Venue:
    """A building or ground with its address, its point and what is known about getting in."""

    name: str
    kana: str
    build: str
    rooms: tuple[str, ...]
    town: Town
    address: str
    lat: str
    lon: str
    precision: str
    point_source: str
    access: tuple[str, ...]
    stop: str


def base_name(town: Town) -> tuple[str, str]:
    """The name of the town without its 丁目."""
    row = read_words("towns")[int(town.code[:4]) - 1]
    return row["name"], row["kana"]


def located(rng: Random, town: Town, known: float = 0.9) -> tuple[str, str, str, str]:
    """Latitude, longitude, precision and where the point comes from; some places have no point at all."""
    if rng.random() > known:
        return "", "", "不明", ""
    roll = rng.random()
    if roll < 0.42:
        lat, lon = door_near(rng, town)
        return f"{lat:.6f}", f"{lon:.6f}", "実測", pick(rng, ["現地で測位", "職員が地図で確認"])
    if roll < 0.78:
        lat, lon = door_near(rng, town)
        return f"{lat:.5f}", f"{lon:.5f}", "番地", "番地の座標表から"
    return f"{town.point.y:.6f}", f"{town.point.x:.6f}", "町丁目", "町の代表点"


def access_facts(rng: Random, build: str) -> tuple[str, ...]:
    """有, 無, or a blank where nobody has looked."""
    return tuple(
        sometimes(rng, LOOKED[build] * (0.5 if item in ("オストメイト", "点字案内", "授乳室") else 1.0), fact)
        for item, fact in (
            (item, "有" if rng.random() < share else "無")
            for item, share in zip(ACCESS_ITEMS, BUILT[build], strict=True)
        )
    )


def nearest_stop(rng: Random, town: Town) -> str:
    """The stop, where a line goes there and somebody has written it down."""
    served = {"hills": 0.35, "farmland": 0.45, "fishing": 0.6}.get(town.kind, 0.8)
    if rng.random() > served:
        return ""
    line = {"hills": "谷線", "farmland": "里山線", "fishing": "浜線", "newtown": "みずき台循環"}.get(
        town.kind, "まちなか循環"
    )
    return f"{base_name(town)[0]}（{line}） 徒歩{rng.randint(1, 12)}分"


def make_venues(towns: list[Town]) -> list[Venue]:
    """Every venue of the town."""
    rng = stream("places")
    inhabited = [town for town in towns if "埠頭" not in town.name and "国有林" not in town.name]
    venues = [
        _venue(rng, name, kana, "public", rooms, next(t for t in towns if t.district.code == "D01"))
        for name, kana, rooms in GRAND
    ]
    for code in sorted({town.district.code for town in inhabited}):
        own = [town for town in inhabited if town.district.code == code]
        for suffix, reading, build, rooms, count in VENUES:
            for town in rng.sample(own, count):
                name, kana = base_name(town)
                if any(venue.name == name + suffix for venue in venues):
                    continue
                venues.append(_venue(rng, name + suffix, kana + reading, build, rooms, town))
    return venues


def _venue(rng: Random, name: str, kana: str, build: str, rooms: tuple[str, ...], town: Town) -> Venue:
    lat, lon, precision, source = located(rng, town)
    address = f"{CITY}{town.name}{street_number(rng, town)}"
    facts = access_facts(rng, build)
    return Venue(
        name, kana, build, rooms, town, address, lat, lon, precision, source, facts, nearest_stop(rng, town)
    )
