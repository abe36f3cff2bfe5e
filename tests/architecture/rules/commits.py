"""One commit at the edge: only whoever opened a transaction ends it."""

import ast
from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import calls, syntax


def stray_commits(root: Path) -> list[Violation]:
    """Calls of `.commit()` away from the edge."""
    house = House(root)
    return [
        Violation(
            house.place(path),
            call.lineno,
            ".commit() away from the edge",
            "leave it to web/transaction.py or a command",
        )
        for path in house.files(".py")
        if not is_edge(path.relative_to(house.app).with_suffix("").parts)
        for call in calls(syntax(path))
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]


def is_edge(parts: tuple[str, ...]) -> bool:
    """Web requests, the database kit itself, and commands; the worker of jobs is a command."""
    return parts == ("web", "transaction") or parts[0] in {"db", "cli"} or "commands" in parts[1:2]
