"""Files stay readable: about 400 lines for the product, 800 for tests."""

from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import House, Violation

LIMITS = {"app": 400, "bench": 400, "data": 400, "migrations": 400, "scripts": 400, "tests": 800}
READ_BY_PEOPLE = (".py", ".html", ".css", ".js")


def long_files(root: Path) -> list[Violation]:
    """Files over the limit of their room."""
    house = House(root)
    return [
        Violation(
            house.place(path),
            limit + 1,
            f"{count} lines, at most {limit}",
            "make it a package of the same name",
        )
        for room, limit in LIMITS.items()
        for path, count in lengths(house, room)
        if count > limit
    ]


def lengths(house: House, room: str) -> Iterator[tuple[Path, int]]:
    """Each file of a room with its number of lines."""
    for path in house.files(*READ_BY_PEOPLE, under=room):
        yield path, len(path.read_text(encoding="utf-8").splitlines())
