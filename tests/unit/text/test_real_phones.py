"""Phone cells of a real file."""

import csv
from pathlib import Path

import pytest

from app.text.values import parse_phones


@pytest.mark.shared_data
def test_every_real_phone_is_read_and_three_in_a_cell_are_three(shared_data: Path) -> None:
    path = shared_data / "data" / "takamatsu" / "social_resources.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        readings = {row["名称"]: parse_phones(row["電話番号"]) for row in csv.DictReader(file)}
    assert [name for name, reading in readings.items() if reading.reason] == []
    assert sum(reading.is_understood for reading in readings.values()) == 258
    health_office = readings["高松市保健所"].value
    assert health_office is not None
    assert [phone.label for phone in health_office] == ["保健医療政策課", "感染症対策課", "生活衛生課"]
