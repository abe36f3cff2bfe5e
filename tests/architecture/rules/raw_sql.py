"""Raw SQL and Core tables leak through the row filters, so they stand in a few known places only."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import syntax

# The database kit speaks to the engine itself; the audit trail guards its table by triggers.
WHITELIST = {"db", "audit"}
RAW = {"text", "DDL"}
DRIVER = {"exec_driver_sql", "executescript"}


def raw_sql(root: Path) -> list[Violation]:
    """Calls of `text()`, `DDL()` and the driver's own execute outside the whitelist."""
    house = House(root)
    return [
        Violation(
            house.place(path),
            node.lineno,
            "raw SQL passes the row filters",
            "write it with the ORM in queries.py",
        )
        for path in house.files(".py")
        if path.relative_to(house.app).with_suffix("").parts[0] not in WHITELIST
        for node in raw_calls(syntax(path))
    ]


def core_selects(root: Path) -> list[Violation]:
    """Uses of `Model.__table__`: a Core statement on it shows every row, whoever asks."""
    house = House(root)
    return [
        Violation(
            house.place(path), node.lineno, "__table__ passes the row filters", "name the model's attributes"
        )
        for path in house.files(".py")
        if not declares_tables(path.relative_to(house.app).with_suffix("").parts)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute) and node.attr == "__table__"
    ]


def declares_tables(parts: tuple[str, ...]) -> bool:
    """The database kit and the models themselves: they say what a table is and select nothing."""
    return parts[0] == "db" or "models" in parts[1:2]


def raw_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that hand a string to the database, under whatever name the file imported them."""
    functions: set[str] = set()
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            functions |= {alias.asname or alias.name for alias in node.names if alias.name in RAW}
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names if alias.name == "sqlalchemy"}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in functions:
                yield node
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in modules and name in RAW:
                yield node
            case ast.Attribute(attr=name) if name in DRIVER:
                yield node
