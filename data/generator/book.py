"""Reading word lists and writing the town's files in one format."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
Row = dict[str, str]


@cache
def read_words(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a word list with a header."""
    with (WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """The lines of a word list without a header; empty lines only part the groups for the eye."""
    lines = (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("# "))


@cache
def read_groups(name: str) -> Mapping[str, tuple[str, ...]]:
    """Lines under `# heading` lines, by heading."""
    groups: dict[str, list[str]] = {}
    heading = ""
    for line in (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            heading = line.removeprefix("# ")
            groups[heading] = []
        elif line:
            groups[heading].append(line)
    return {key: tuple(lines) for key, lines in groups.items()}


def csv_bytes(rows: Sequence[Mapping[str, str]], header: Iterable[str] | None = None) -> bytes:
    """UTF-8 with a byte order mark, because town staff open these files with Excel."""
    names = list(header) if header is not None else list(rows[0])
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def json_bytes(value: object, indent: int | None = None) -> bytes:
    """JSON with the characters readable, ending in a newline."""
    separators = (",", ":") if indent is None else (",", ": ")
    return (json.dumps(value, ensure_ascii=False, indent=indent, separators=separators) + "\n").encode()
