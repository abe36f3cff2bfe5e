"""The ground: outline, ten districts and three hundred towns that cover it without gap or overlap."""

import json
import math
from dataclasses import dataclass
from random import Random

import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.ops import polygonize, unary_union, voronoi_diagram

from data.generator.book import Row, read_words
from data.generator.chance import MUNICIPALITY_CODE, pick, stream

# The town lies in open sea, so that no pin of the demo ever points at a real door.
ORIGIN_LAT, ORIGIN_LON = 33.60, 136.95
KM_PER_LAT = 110.92
KM_PER_LON = 111.32 * math.cos(math.radians(ORIGIN_LAT))
GRID_DEGREES = 1e-5
DIGITS = ("一", "二", "三", "四", "五", "六", "七", "八", "九")


@dataclass(frozen=True)
class District:
    """A 日常生活圏域."""

    code: str
    name: str
    kana: str
    kind: str
    x: float
    y: float
    pull: float
    spacing: float
    landmark: str
    face: str


@dataclass(frozen=True)
class Town:
    """A 町 with its polygon in degrees."""

    code: str
    name: str
    kana: str
    district: District
    polygon: Polygon

    @property
    def kind(self) -> str:
        """The kind of its district."""
        return self.district.kind

    @property
    def point(self) -> Point:
        """A point inside, the one that open data would give for the town."""
        inside = self.polygon.representative_point()
        return Point(round(inside.x, 6), round(inside.y, 6))

    @property
    def square_km(self) -> float:
        """The area on the local plane."""
        return float(self.polygon.area) * KM_PER_LAT * KM_PER_LON


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Kilometres east and north of the origin as longitude and latitude."""
    return ORIGIN_LON + x / KM_PER_LON, ORIGIN_LAT + y / KM_PER_LAT


def distance_km(a: Point, b: Point) -> float:
    """Distance on the local plane; the town is small enough for it."""
    return math.hypot((a.x - b.x) * KM_PER_LON, (a.y - b.y) * KM_PER_LAT)


def make_districts() -> list[District]:
    """The ten districts as the word list gives them."""
    return [
        District(
            row["code"],
            row["name"],
            row["kana"],
            row["kind"],
            float(row["x"]),
            float(row["y"]),
            float(row["pull"]),
            float(row["spacing"]),
            row["street"],
            row["shops"],
        )
        for row in read_words("districts")
    ]


def _coast(rng: Random) -> Polygon:
    """The hand-drawn outline with small bends between its corners."""
    corners = [(float(row["x"]), float(row["y"])) for row in read_words("outline")]
    bent: list[tuple[float, float]] = []
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        bent.append((ax, ay))
        for share in (0.33, 0.66):
            aside = rng.uniform(-0.09, 0.09)
            bent.append(
                (ax + (bx - ax) * share - (by - ay) * aside, ay + (by - ay) * share + (bx - ax) * aside)
            )
    return Polygon(bent)


def _district_of(x: float, y: float, districts: list[District]) -> District:
    """The power diagram keeps every district in one piece, which plain weighting does not."""
    return min(districts, key=lambda d: ((x - d.x) ** 2 + (y - d.y) ** 2 - d.pull**2, d.code))


def _town_centres(
    rng: Random, coast: Polygon, districts: list[District]
) -> list[tuple[float, float, District]]:
    """Centres that keep a distance which depends on how dense the district is built."""
    west, south, east, north = coast.bounds
    inside = coast.buffer(-0.05)
    kept: list[tuple[float, float, District]] = []
    for _ in range(9000):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        district = _district_of(x, y, districts)
        far = math.hypot(x - district.x, y - district.y)
        gap = district.spacing * (0.80 + 0.22 * far / district.pull)
        if not inside.contains(Point(x, y)):
            continue
        if all(math.hypot(x - a, y - b) >= (gap + other.spacing * 0.9) / 2 for a, b, other in kept):
            kept.append((x, y, district))
    return kept


def _cells(rng: Random, coast: Polygon, centres: list[tuple[float, float, District]]) -> list[Polygon]:
    """Faces of one noded network of lines: neighbours share the very same vertices."""
    points = MultiPoint([(x, y) for x, y, _ in centres])
    edges = voronoi_diagram(points, envelope=coast.buffer(2), edges=True)
    walls = unary_union([coast.boundary, edges.intersection(coast)])
    bent = [
        _bend(rng, line)
        for line in sorted(shapely.get_parts(walls), key=lambda g: g.coords[0] + g.coords[-1])
    ]
    in_degrees = [LineString([to_degrees(x, y) for x, y in line.coords]) for line in bent]
    noded = shapely.union_all(in_degrees, grid_size=GRID_DEGREES)
    return [_rounded(face) for face in polygonize(noded)]


def _bend(rng: Random, line: LineString) -> LineString:
    """Streets and brooks are not ruled with a ruler; the corners themselves stay."""
    (ax, ay), (bx, by) = line.coords[0], line.coords[-1]
    if len(line.coords) != 2 or line.length < 0.12:
        return line
    inner = [
        (ax + (bx - ax) * share - (by - ay) * aside, ay + (by - ay) * share + (bx - ax) * aside)
        for share, aside in ((0.3, rng.uniform(-0.07, 0.07)), (0.7, rng.uniform(-0.07, 0.07)))
    ]
    return LineString([(ax, ay), *inner, (bx, by)])


def _rounded(face: Polygon) -> Polygon:
    return Polygon([(round(x, 5), round(y, 5)) for x, y in face.exterior.coords])


def make_towns(districts: list[District]) -> list[Town]:
    """The towns with names: blocks of one name lie side by side, as 丁目 do."""
    rng = stream("land")
    coast = _coast(rng)
    centres = _town_centres(rng, coast, districts)
    faces = _cells(rng, coast, centres)
    placed = [(face, _district_of_face(face, centres)) for face in faces]
    towns: list[Town] = []
    for district in districts:
        own = [face for face, of in placed if of is district]
        own.sort(key=lambda face: (_from_centre(face, district), face.centroid.x))
        towns.extend(_named(district, own, start=len(towns)))
    return towns


def _district_of_face(face: Polygon, centres: list[tuple[float, float, District]]) -> District:
    middle = face.representative_point()
    nearest = min(centres, key=lambda c: distance_km(middle, Point(*to_degrees(c[0], c[1]))))
    return nearest[2]


def _from_centre(face: Polygon, district: District) -> float:
    return distance_km(face.centroid, Point(*to_degrees(district.x, district.y)))


def _named(district: District, faces: list[Polygon], start: int) -> list[Town]:
    names = [row for row in read_words("towns") if row["kinds"] == district.kind]
    twins = [d for d in read_words("districts") if d["kind"] == district.kind]
    if len(twins) > 1:
        first = next(i for i, row in enumerate(names) if i and row["name"].startswith(twins[1]["name"]))
        names = names[:first] if twins[0]["code"] == district.code else names[first:]
    rest, towns, number = list(faces), [], start
    for index, row in enumerate(names):
        if not rest:
            break
        left = sum(int(later["blocks"]) for later in names[index:])
        # Names are stretched or squeezed to the number of faces; the last name takes what is left.
        share = max(1, round(int(row["blocks"]) * len(rest) / left))
        group = _neighbours(rest, share)
        for block, face in enumerate(group, start=1):
            number += 1
            one = len(group) == 1
            name = row["name"] if one else f"{row['name']}{DIGITS[block - 1]}丁目"
            kana = row["kana"] if one else f"{row['kana']}{block}チョウメ"
            code = f"{_base_number(row['name']):04d}{0 if one else block:03d}"
            towns.append(Town(code, name, kana, district, face))
    return towns


def _base_number(name: str) -> int:
    return [row["name"] for row in read_words("towns")].index(name) + 1


def _neighbours(rest: list[Polygon], count: int) -> list[Polygon]:
    """Take the first free face and the faces nearest to it out of the rest."""
    seed = rest[0]
    group = sorted(rest, key=lambda face: (distance_km(seed.centroid, face.centroid), face.centroid.x))[
        :count
    ]
    for face in group:
        rest.remove(face)
    return group


def area_rows(towns: list[Town]) -> list[Row]:
    """The towns as a table."""
    return [
        {
            "町字ID": town.code,
            "町名": town.name,
            "町名カナ": town.kana,
            "圏域コード": town.district.code,
            "圏域": town.district.name,
            "地区の様子": town.kind,
            "緯度": f"{town.point.y:.6f}",
            "経度": f"{town.point.x:.6f}",
            "面積km2": f"{town.square_km:.3f}",
        }
        for town in towns
    ]


def town_point_rows(towns: list[Town]) -> list[Row]:
    """The towns as a list by which addresses are found, in the layout of the published lists."""
    return [
        {
            "大字町丁目": town.name,
            "小字": "",
            "緯度": f"{town.point.y:.6f}",
            "経度": f"{town.point.x:.6f}",
        }
        for town in towns
    ]


def district_rows(districts: list[District], towns: list[Town]) -> list[Row]:
    """The districts, each with its 福祉相談センター in its innermost town."""
    rng = stream("districts")
    rows = []
    for number, district in enumerate(districts, start=1):
        home = next(town for town in towns if town.district is district)
        rows.append(
            {
                "圏域コード": district.code,
                "圏域": district.name,
                "圏域カナ": district.kana,
                "地区の様子": district.kind,
                "紹介": f"{district.face}地域。{district.landmark}が目じるし。",
                "相談センター": f"{district.name}福祉相談センター",
                "相談センターカナ": f"{district.kana}フクシソウダンセンター",
                "町": home.name,
                "住所": f"瀬凪市{home.name}{rng.randint(1, 12)}-{rng.randint(1, 20)}",
                "緯度": f"{home.point.y:.6f}",
                "経度": f"{home.point.x:.6f}",
                "電話": f"0590-00-{7000 + number:04d}",
                "町の数": str(sum(town.district is district for town in towns)),
            }
        )
    return rows


def geojson(districts: list[District], towns: list[Town]) -> dict[str, object]:
    """Outline, districts and towns in one collection; `layer` tells them apart."""
    whole = shapely.coverage_union_all([town.polygon for town in towns])
    features = [_feature("outline", {"団体コード": MUNICIPALITY_CODE, "名称": "瀬凪市"}, whole)]
    for district in districts:
        union = shapely.coverage_union_all([town.polygon for town in towns if town.district is district])
        features.append(_feature("district", {"圏域コード": district.code, "圏域": district.name}, union))
    for town in towns:
        names = {"町字ID": town.code, "町名": town.name, "圏域コード": town.district.code}
        features.append(_feature("town", names, town.polygon))
    return {"type": "FeatureCollection", "name": "瀬凪市（架空）", "features": features}


def _feature(layer: str, names: dict[str, str], shape: shapely.Geometry) -> dict[str, object]:
    """One feature; the longitude comes first, and rings turn as RFC 7946 asks."""
    turned = shapely.orient_polygons(shape)
    mapped = json.loads(shapely.to_geojson(turned))
    return {"type": "Feature", "properties": {"layer": layer, **names}, "geometry": mapped}


def door_near(rng: Random, town: Town) -> tuple[float, float]:
    """A point inside the town as latitude and longitude, for a place whose door was measured."""
    west, south, east, north = town.polygon.bounds
    for _ in range(200):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if town.polygon.contains(Point(x, y)):
            return round(y, 6), round(x, 6)
    return town.point.y, town.point.x


def street_number(rng: Random, town: Town) -> str:
    """A number as the kind of town writes it: blocks in the centre, plots in the country."""
    if town.kind in ("farmland", "hills", "fishing"):
        return pick(rng, [f"{rng.randint(20, 1900)}", f"{rng.randint(20, 1900)}-{rng.randint(1, 6)}"])
    return f"{rng.randint(1, 18)}-{rng.randint(1, 28)}"
