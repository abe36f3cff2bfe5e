"""The files of the demo town, with their dates moved to today."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from app.config import ROOT

TOWN = ROOT / "data" / "demo"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class TownFiles:
    """Reads the rows of a file; which columns hold dates is written in `anchor.json` beside them."""

    def __init__(self, folder: Path = TOWN, *, today: date) -> None:
        self.folder = folder
        self._today = today

    @cached_property
    def _anchor(self) -> dict[str, Any]:
        anchor: dict[str, Any] = json.loads((self.folder / "anchor.json").read_text("utf-8"))
        return anchor

    @property
    def municipality_code(self) -> str:
        """The code of the town, which no real municipality has."""
        return str(self._anchor["municipality"]["code"])

    @property
    def municipality(self) -> str:
        """The name of the town."""
        return str(self._anchor["municipality"]["name"])

    @cached_property
    def shift(self) -> timedelta:
        """By how much dates move: whole weeks, so that weekdays stay true."""
        days = (self._today - date.fromisoformat(self._anchor["anchor_date"])).days
        return timedelta(days=days // 7 * 7)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a file by column."""
        columns = set(self._anchor["shift"]["columns"].get(name, ()))
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return [
                {key: self._moved(value) if key in columns else value for key, value in row.items()}
                for row in csv.DictReader(file)
            ]

    def moved_file(self, name: str) -> bytes:
        """Return a whole file as an importer takes it."""
        rows = self.rows(name)
        lines = [list(rows[0]), *(list(row.values()) for row in rows)] if rows else []
        return "\r\n".join(
            ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) for line in lines
        ).encode("utf-8-sig")

    def _moved(self, text: str) -> str:
        return _DAY.sub(lambda day: (date.fromisoformat(day.group()) + self.shift).isoformat(), text)
