"""The product writes to its log or answers through click, it does not print."""

import ast
from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import calls, syntax


def prints(root: Path) -> list[Violation]:
    """Calls of `print` in the product."""
    house = House(root)
    return [
        Violation(house.place(path), call.lineno, "print()", "use logging, or click.echo in a command")
        for path in house.files(".py")
        for call in calls(syntax(path))
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
