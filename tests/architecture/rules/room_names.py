"""No room is called by a name that says nothing about what it holds."""

from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.rules.file_sizes import LIMITS

VAGUE = {"utils", "util", "common", "helpers", "helper", "misc"}


def vague_names(root: Path) -> list[Violation]:
    """Folders and modules with a vague name, each once."""
    house = House(root)
    places = {
        Path(*parts[:depth]).as_posix()
        for room in LIMITS
        for path in house.files(".py", ".html", ".css", ".js", under=room)
        for parts in [path.relative_to(root).with_suffix("").parts]
        for depth, part in enumerate(parts, start=1)
        if part in VAGUE
    }
    return [
        Violation(place, 0, "the name says nothing", "name it after what it holds")
        for place in sorted(places)
    ]
