"""Reading Python source: syntax trees and the few questions that the rules ask of them."""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.architecture.house import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef


def syntax(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def public_functions(path: Path) -> Iterator[Function]:
    """Functions at the top of a module whose name does not begin with an underscore."""
    for node in syntax(path).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call inside the tree."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def arguments(function: Function) -> list[ast.arg]:
    """All named parameters of a function, keyword-only ones included."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def docstrings(tree: ast.AST) -> set[ast.Constant]:
    """The constants that are docstrings, so that a rule on strings can leave prose alone."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def is_docstring(node: ast.stmt) -> bool:
    """Whether a statement is a bare string."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def place_of(thing: type | Callable[..., Any]) -> tuple[str, int]:
    """File and line where a class or function is written, as far as Python knows."""
    try:
        _, line = inspect.getsourcelines(thing)
        path = Path(inspect.getfile(thing))
    except (OSError, TypeError):
        return thing.__module__, 0
    return (path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)), line
