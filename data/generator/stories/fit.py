"""Which places somebody would have been shown: hard limits first, then liking."""

from dataclasses import dataclass
from functools import cached_property

from shapely.geometry import Point

from data.generator.book import Row
from data.generator.land import distance_km
from data.generator.schedules import DAYS, days_of

NEVER_PLACED = ("相談", "見守り", "緊急一時シェルター", "避難先(DV等・秘匿)", "移動", "配食")
QUIET = {"静か": 0, "ふつう": 1, "にぎやか": 2}
TALK = {"少なめ": 0, "ふつう": 1, "多め": 2}
LOAD = {"軽い": 0, "ふつう": 1, "やや重い": 2}
CEILING = {"静か": 0, "少なめ": 0, "軽い": 0, "ふつうまで": 1, "問わない": 2}
KM_PER_MINUTE = {"徒歩": 0.06, "自転車": 0.17, "バス": 0.22, "車": 0.40, "送迎": 0.35}


@dataclass
class Seeker:
    """A case with its person, as far as choosing a place goes."""

    case: Row
    age: int
    home: Point | None

    @cached_property
    def free(self) -> set[str]:
        """Free slots such as `Tu午前`."""
        return set(self.case["空き時間"].split(";"))

    @cached_property
    def blocked(self) -> set[str]:
        """People, places and hosts that must never meet this person."""
        return set(self.case["会ってはいけない相手"].split(";")) - {""}

    @cached_property
    def interests(self) -> set[str]:
        """Words of interest."""
        return set(self.case["関心のことば"].split(";"))


def parts_between(start: str, end: str) -> list[str]:
    """The parts of the day that opening hours reach into for at least an hour."""
    if not start:
        return ["午前", "午後", "夕方"]
    spans = (("午前", "06:00", "12:00"), ("午後", "12:00", "16:30"), ("夕方", "16:30", "22:00"))
    return [
        part
        for part, low, high in spans
        if min(end, high) > max(start, low) and not min(end, high) < f"{int(max(start, low)[:2]) + 1:02d}:00"
    ]


def slots_of(resource: Row, opening: Row | None) -> list[str]:
    """The slots that the place offers; an unknown schedule leaves everything open."""
    if opening is not None:
        return [seat.split(":")[0] for seat in opening["枠"].split(";")]
    days = days_of(resource["曜日コード"]) if resource["曜日コード"] else range(7)
    return [
        f"{DAYS[day]}{part}"
        for day in days
        for part in parts_between(resource["開始時間"], resource["終了時間"])
    ]


def minutes_to(seeker: Seeker, resource: Row) -> float | None:
    """Minutes on the way, unknown where either end is."""
    if seeker.home is None or not resource["緯度"]:
        return None
    there = Point(float(resource["経度"]), float(resource["緯度"]))
    return distance_km(seeker.home, there) * 1.3 / KM_PER_MINUTE[seeker.case["行きかた"]]


def _allowed(seeker: Seeker, resource: Row) -> bool:
    """Hard limits: what is known to be impossible. The unknown is asked about, so it does not exclude."""
    low, high = resource["対象年齢下限"], resource["対象年齢上限"]
    open_to_gaps = resource["狭間の人も可"] == "可"
    if ((low and seeker.age < int(low)) or (high and seeker.age > int(high))) and not open_to_gaps:
        return False
    if resource["種別"].startswith("就労") and seeker.age < 15:
        return False
    if seeker.blocked & {resource["id"], resource["受け入れ先ID"]}:
        return False
    for must in seeker.case["必ずほしい"].split(";"):
        column, refused = ("女性スタッフ", "いない") if must == "女性スタッフ" else (must, "不可")
        if must and resource[column] == refused:
            return False
    return all(
        resource[need.split(":")[0]] in ("", need.split(":")[1])
        for need in seeker.case["利用に必要な設備"].split(";")
        if need
    )


def unease(seeker: Seeker, resource: Row) -> int:
    """How many steps the surroundings go beyond the limits; it shortens the stay."""
    steps = 0
    for column, scale, wish in (
        ("静けさ", QUIET, "静けさの希望"),
        ("対人のやり取り", TALK, "やり取りの上限"),
        ("身体負荷", LOAD, "身体負荷の上限"),
    ):
        if resource[column]:
            steps += max(0, scale[resource[column]] - CEILING[seeker.case[wish]])
    crowd = seeker.case["人数の上限"]
    return steps + int(bool(crowd and resource["人数"]) and int(resource["人数"]) > int(crowd or 0))


def liking(seeker: Seeker, resource: Row, opening: Row | None) -> float | None:
    """A number to choose by, or None where a hard limit stands against it."""
    if resource["種別"] in NEVER_PLACED or resource["状態"] == "終了" or not _allowed(seeker, resource):
        return None
    if not seeker.free & set(slots_of(resource, opening)):
        return None
    words = set((opening or resource)["関心のことば"].split(";"))
    wished = set(seeker.case["いま望む参加"].split(";"))
    tried = set(seeker.case["試してもよい参加"].split(";"))
    shapes = set(resource["参加の形"].split(";"))
    if not shapes & (wished | tried):
        return None
    minutes = minutes_to(seeker, resource)
    limit = float(seeker.case["移動の上限（分）"])
    if minutes is not None and minutes > limit * 1.6:
        return None
    way = 0.4 if minutes is None else 1.2 - minutes / limit
    return (
        1.6 * len(words & seeker.interests)
        + 1.5 * bool(shapes & wished)
        + way
        - 0.8 * unease(seeker, resource)
    )
