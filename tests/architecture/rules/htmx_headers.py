"""Only `app/web/htmx.py` knows the names of htmx headers."""

import ast
from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import docstrings, syntax


def stray_htmx_headers(root: Path) -> list[Violation]:
    """Strings that name an `HX-` header elsewhere."""
    house = House(root)
    found: list[Violation] = []
    for path in house.files(".py"):
        if path == house.app / "web" / "htmx.py":
            continue
        tree = syntax(path)
        prose = docstrings(tree)
        found += [
            Violation(house.place(path), node.lineno, f"names {node.value}", "ask web.htmx")
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose
            if "HX-" in node.value
        ]
    return found
