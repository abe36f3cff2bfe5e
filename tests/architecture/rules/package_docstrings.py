"""The `__init__.py` of the product and of each slice holds a docstring and nothing else."""

from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import is_docstring, syntax


def packages_with_code(root: Path) -> list[Violation]:
    """Packages that import or define something, or do not say what they own."""
    house = House(root)
    found: list[Violation] = []
    for folder in [house.app, *house.slices()]:
        path = folder / "__init__.py"
        if not path.is_file():
            found.append(
                Violation(house.place(folder), 0, "has no __init__.py", "say there what the slice owns")
            )
            continue
        body = syntax(path).body
        if not body or not is_docstring(body[0]):
            found.append(
                Violation(house.place(path), 1, "has no docstring", "say what the slice owns and its words")
            )
        found += [
            Violation(
                house.place(path),
                node.lineno,
                "holds code",
                "a docstring only: pure imports pass through here",
            )
            for node in body
            if not is_docstring(node)
        ]
    return found
