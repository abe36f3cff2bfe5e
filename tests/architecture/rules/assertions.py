"""A test that asserts nothing passes whatever the product does."""

import ast
from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import Function, calls, syntax

PYTEST = {"raises", "warns", "fail"}


def empty_tests(root: Path) -> list[Violation]:
    """Tests with no `assert`, no `pytest.raises`, no Playwright `expect` and no call of an `assert_…` function."""
    house = House(root)
    return [
        Violation(
            house.place(path), node.lineno, f"{node.name} asserts nothing", "say what must be true afterwards"
        )
        for path in house.files(".py", under="tests")
        if path.name.startswith("test_")
        for node in ast.walk(syntax(path))
        if isinstance(node, Function) and node.name.startswith("test_") and not asserts(node)
    ]


def asserts(test: Function) -> bool:
    """Whether anything in the test can make it fail on purpose."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(test)):
        return True
    for call in calls(test):
        match call.func:
            case ast.Attribute(value=ast.Name(id="pytest"), attr=name) if name in PYTEST:
                return True
            case ast.Name(id=name) | ast.Attribute(attr=name) if name == "expect" or name.startswith(
                "assert_"
            ):
                return True
    return False
