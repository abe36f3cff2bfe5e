"""The house as the rules see it: its root, the order of its rooms, its files.

The order is read from the import-linter contracts in pyproject.toml, the one place where it stands.
"""

import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

# What a tool, a test run or somebody else made; no rule of ours speaks about it.
NOT_OURS = {"__pycache__", "node_modules", "var", "vendor", "test-artifacts"}


@dataclass(frozen=True, order=True)
class Violation:
    """One place where a rule of the house is broken, and what to do about it."""

    where: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {self.what} → {self.remedy}"


def assert_none(violations: Iterable[Violation]) -> None:
    """Fail with one readable line for each violation."""
    lines = [str(violation) for violation in violations]
    assert not lines, "\n".join([f"{len(lines)} to mend:", *lines])


@dataclass(frozen=True)
class House:
    """A source tree with `app/` and a pyproject.toml: the real one, or a copy with something injected."""

    root: Path

    @cached_property
    def contracts(self) -> dict[str, dict[str, Any]]:
        """The import-linter contracts by id."""
        tools = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
        return {contract["id"]: contract for contract in tools["importlinter"]["contracts"]}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Room → its place in the order, 0 on top; rooms side by side have the same place."""
        return {
            room.strip(" ()"): rank
            for rank, layer in enumerate(self.contracts["slices"]["layers"])
            for room in layer.split("|")
        }

    @cached_property
    def kit(self) -> frozenset[str]:
        """Rooms that are no slices."""
        return frozenset(self.contracts["ladder"]["kit"])

    @property
    def app(self) -> Path:
        """The product."""
        return self.root / "app"

    def slices(self) -> list[Path]:
        """The folders of the slices that are built, by name."""
        return [
            folder
            for folder in sorted(self.app.iterdir())
            if folder.is_dir() and folder.name not in self.kit | NOT_OURS and not folder.name.startswith(".")
        ]

    def knows_actors(self, room: str) -> bool:
        """Whether a room stands above `accounts`, where it is found out who acts and what they may see."""
        return self.ranks.get(room, 0) < self.ranks["accounts"]

    def files(self, *suffixes: str, under: str = "app") -> Iterator[Path]:
        """Our own files with one of the suffixes, in a stable order."""
        for folder, names, files in os.walk(self.root / under):
            names[:] = sorted(name for name in names if name not in NOT_OURS and not name.startswith("."))
            for name in sorted(files):
                if name.endswith(suffixes):
                    yield Path(folder, name)

    def modules_of(self, name: str) -> Iterator[tuple[str, Path]]:
        """Slice and file of each `<slice>/<name>.py`, or of each file of the package `<slice>/<name>/`."""
        for folder in self.slices():
            if (folder / f"{name}.py").is_file():
                yield folder.name, folder / f"{name}.py"
            for path in self.files(".py", under=str((folder / name).relative_to(self.root))):
                yield folder.name, path

    def place(self, path: Path) -> str:
        """The path as a reader of a report wants it."""
        return path.relative_to(self.root).as_posix()

    def module_file(self, module: str) -> str:
        """The place of a dotted module."""
        stem = module.replace(".", "/")
        return f"{stem}/__init__.py" if (self.root / stem).is_dir() else f"{stem}.py"
