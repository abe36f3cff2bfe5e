"""Residents of each town by sex and five-year age, in the layout of the standard 地域・年齢別人口 data set."""

from dataclasses import dataclass
from datetime import date
from random import Random

from data.generator.book import Row
from data.generator.chance import CITY, MUNICIPALITY_CODE, PREFECTURE, pick, stream
from data.generator.land import Town

SURVEY_DATE = date(2026, 10, 1)
TOTAL = 120_400
BANDS = 18

# Relative weight of the eighteen age bands, 0–4 to 85 and over, as such a kind of town shows them.
PYRAMIDS = {
    "station": (34, 32, 32, 38, 62, 74, 70, 66, 66, 70, 72, 64, 60, 56, 60, 56, 42, 46),
    "oldtown": (22, 25, 28, 32, 30, 32, 36, 42, 50, 60, 68, 66, 68, 74, 88, 84, 66, 76),
    "harbour": (28, 30, 33, 36, 40, 44, 46, 50, 56, 66, 72, 68, 68, 70, 80, 72, 52, 54),
    "fishing": (14, 17, 21, 25, 22, 22, 26, 32, 40, 50, 58, 64, 76, 90, 108, 98, 80, 96),
    "newtown": (30, 34, 38, 40, 32, 30, 36, 46, 54, 60, 58, 52, 58, 84, 118, 104, 62, 44),
    "suburb": (52, 54, 54, 52, 44, 50, 60, 70, 74, 78, 76, 64, 56, 52, 56, 48, 34, 34),
    "farmland": (26, 30, 34, 36, 28, 28, 34, 42, 50, 58, 60, 62, 70, 80, 90, 76, 58, 74),
    "hills": (8, 10, 13, 17, 12, 12, 16, 22, 30, 40, 50, 62, 80, 100, 120, 108, 96, 130),
}
PER_SQUARE_KM = {
    "station": 5600, "oldtown": 4300, "harbour": 2300, "fishing": 850,
    "newtown": 3300, "suburb": 3000, "farmland": 480, "hills": 170,
}  # fmt: skip
PER_HOUSEHOLD = {
    "station": 1.78, "oldtown": 2.02, "harbour": 2.08, "fishing": 2.12,
    "newtown": 2.18, "suburb": 2.46, "farmland": 2.52, "hills": 1.88,
}  # fmt: skip
# Quays, the state forest and burnt-out hamlets: towns on the map where nobody, or almost nobody, is registered.
EMPTY = ("第一埠頭", "第二埠頭", "奥谷国有林", "天狗岩")
NEARLY_EMPTY = {"炭焼": 4, "杉小屋": 7, "木地師": 3, "灯浮標町": 6, "猪垣": 9, "舟小屋": 8}
WOMEN_BY_BAND = (
    0.487, 0.488, 0.488, 0.486, 0.478, 0.474, 0.480, 0.486, 0.490,
    0.494, 0.497, 0.500, 0.507, 0.515, 0.527, 0.548, 0.590, 0.680,
)  # fmt: skip


@dataclass(frozen=True)
class Residents:
    """Who lives in a town: counts of men and women in eighteen bands, and the number of households."""

    town: Town
    men: tuple[int, ...]
    women: tuple[int, ...]
    households: int

    @property
    def total(self) -> int:
        """All residents."""
        return sum(self.men) + sum(self.women)


def _whole_numbers(rng: Random, total: int, weights: list[float]) -> list[int]:
    """Share out a total by weight; what rounding leaves over goes by lot, again by weight."""
    whole = sum(weights)
    shares = [int(total * weight / whole) for weight in weights]
    for _ in range(total - sum(shares)):
        shares[pick(rng, range(len(weights)), weights)] += 1
    return shares


def _households(rng: Random, town: Town, adults: int, total: int) -> int:
    if total == 0:
        return 0
    wanted = round(total / (PER_HOUSEHOLD[town.kind] * rng.uniform(0.92, 1.08)))
    return max(1, min(adults, wanted))


def settle(towns: list[Town]) -> list[Residents]:
    """People the towns; the sum is the same for every seed."""
    rng = stream("population")
    weights = []
    for town in towns:
        crowd = PER_SQUARE_KM[town.kind] * rng.lognormvariate(0, 0.28)
        fixed = town.name in EMPTY or town.name in NEARLY_EMPTY
        weights.append(0.0 if fixed else town.square_km * crowd)
    totals = _whole_numbers(rng, TOTAL - sum(NEARLY_EMPTY.values()), weights)
    residents = []
    for town, shared in zip(towns, totals, strict=True):
        total = NEARLY_EMPTY.get(town.name, shared)
        pyramid = [weight * rng.lognormvariate(0, 0.13) for weight in PYRAMIDS[town.kind]]
        if town.name in NEARLY_EMPTY:
            # A handful of people in a dying hamlet are all old.
            pyramid = [weight if band >= 12 else 0.0 for band, weight in enumerate(pyramid)]
        ages = _whole_numbers(rng, total, pyramid)
        women = tuple(
            sum(rng.random() < share for _ in range(count))
            for count, share in zip(ages, WOMEN_BY_BAND, strict=True)
        )
        men = tuple(count - woman for count, woman in zip(ages, women, strict=True))
        residents.append(Residents(town, men, women, _households(rng, town, sum(ages[4:]), total)))
    return residents


def population_rows(residents: list[Residents]) -> list[Row]:
    """The rows as open data publishes them, English property names and all."""
    rows = []
    for number, home in enumerate(residents, start=1):
        row = {
            "#property": str(number),
            "prefCode": MUNICIPALITY_CODE[:5],
            "regionCode": home.town.code,
            "prefName": PREFECTURE,
            "cityName": CITY,
            "surveyDate": SURVEY_DATE.isoformat(),
            "regionName": home.town.name,
            "totalPopulation": str(home.total),
            "male": str(sum(home.men)),
            "woman": str(sum(home.women)),
        }
        for band in range(BANDS):
            row[f"man{band + 1}"] = str(home.men[band])
            row[f"woman{band + 1}"] = str(home.women[band])
        row["numberOfHouseholds"] = str(home.households)
        row["note"] = "居住者なし" if home.total == 0 else ""
        row["location"] = f"{home.town.point.y:.6f},{home.town.point.x:.6f}"
        rows.append(row)
    return rows
