"""A copy of the house with something forbidden put into it: a rule that finds nothing there guards nothing."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.house import ROOT


@dataclass(frozen=True)
class Copy:
    """The product, its contracts and nothing else, in a folder of its own."""

    root: Path

    def put(self, place: str, text: str) -> None:
        """Write a file, or add to it when the house has it already; packages on the way get their docstring."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".py" and place.startswith("app/"):
            for folder in list(path.parents)[: len(Path(place).parts) - 1]:
                if not (folder / "__init__.py").exists():
                    (folder / "__init__.py").write_text('"""Injected."""\n', encoding="utf-8")
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{before}\n{text}\n" if before else f"{text}\n", encoding="utf-8")


def copy_house(folder: Path) -> Copy:
    """Copy what the rules look at; vendored files are nobody's rule."""
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return Copy(folder)
