"""Builds the whole town in order and names its files."""

from data.generator import book, cases, hosts, land, people, places, population, resources, staff
from data.generator.book import Row
from data.generator.chance import ANCHOR_DATE, CITY, MUNICIPALITY_CODE, PREFECTURE, SEED
from data.generator.stories import placements, visits

# Every column that holds a date, by file; seeding shifts exactly these.
DATE_COLUMNS = {
    "population.csv": ["surveyDate"],
    "resources.csv": ["確認日", "次回確認期限"],
    "hosts.csv": ["受け入れを始めた日"],
    "openings.csv": ["保険の開始日", "保険の終了日", "休止の期限", "受け入れ先の確認日"],
    "cases.csv": ["受付日", "支援決定日", "早期開始の確認期限", "終結日", "次の約束日", "同意", "チーム"],
    "placements.csv": ["根拠の日", "見学日", "体験開始日", "継続開始日", "終了日"],
    "visits.csv": ["日付", "次の約束日"],
}


def anchor() -> dict[str, object]:
    """How to move the town to today; birth dates stay, so that nobody grows younger."""
    return {
        "anchor_date": ANCHOR_DATE.isoformat(),
        "seed": SEED,
        "municipality": {
            "code": MUNICIPALITY_CODE,
            "name": CITY,
            "prefecture": PREFECTURE,
            "fictional": True,
        },
        "shift": {
            "rule": "days = (today - anchor_date).days // 7 * 7; whole weeks, so that weekdays stay true",
            "columns": DATE_COLUMNS,
            "inside_text": {"cases.csv": ["同意", "チーム"]},
            "not_shifted": {"persons.csv": ["生年月日"]},
        },
    }


def build() -> dict[str, bytes]:
    """All files of `data/demo` by name."""
    districts = land.make_districts()
    towns = land.make_towns(districts)
    district_rows = land.district_rows(districts, towns)
    residents = population.settle(towns)
    catalogue = resources.start_catalogue(towns, district_rows, places.make_venues(towns))
    host_rows = hosts.make_hosts(towns)
    opening_rows = hosts.make_openings(host_rows)
    hosts.add_host_resources(catalogue, host_rows, opening_rows)
    persons = people.make_persons(residents)
    case_rows = cases.make_cases(persons, towns, catalogue.rows)
    placement_rows = placements.make_placements(case_rows, persons, catalogue.rows, opening_rows, towns)
    tables: dict[str, list[Row]] = {
        "areas.csv": land.area_rows(towns),
        "town_points.csv": land.town_point_rows(towns),
        "districts.csv": district_rows,
        "population.csv": population.population_rows(residents),
        "resources.csv": catalogue.rows,
        "hosts.csv": host_rows,
        "openings.csv": opening_rows,
        "staff.csv": staff.staff_rows(),
        "persons.csv": persons,
        "cases.csv": case_rows,
        "placements.csv": placement_rows,
        "visits.csv": visits.make_visits(case_rows, placement_rows),
    }
    files = {name: book.csv_bytes(rows) for name, rows in tables.items()}
    files["areas.geojson"] = book.json_bytes(land.geojson(districts, towns))
    files["anchor.json"] = book.json_bytes(anchor(), indent=2)
    return files
