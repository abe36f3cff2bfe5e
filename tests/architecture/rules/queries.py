"""Queries: the name says what comes back, and each takes the scope of whoever asks."""

from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import Function, arguments, public_functions

# `iterate_` is for what is too long for a list, such as the whole audit trail.
VERBS = ("select_", "get_", "find_", "list_", "count_", "iterate_")


def misshapen_queries(root: Path) -> list[Violation]:
    """Public functions of a queries.py with another shape."""
    house = House(root)
    return [
        Violation(house.place(path), function.lineno, f"{function.name}: {fault}", remedy)
        for slice_name, path in house.modules_of("queries")
        for function in public_functions(path)
        for fault, remedy in faults(function, knows_actors=house.knows_actors(slice_name))
    ]


def faults(function: Function, *, knows_actors: bool) -> list[tuple[str, str]]:
    """What is wrong with the shape of one function, each with its remedy."""
    found: list[tuple[str, str]] = []
    if not function.name.startswith(VERBS):
        found.append(("the name does not say what comes back", f"begin with one of {', '.join(VERBS)}"))
    # A scope is made in `accounts`, from rows that are read before there is one.
    if knows_actors and "scope" not in {argument.arg for argument in arguments(function)}:
        found.append(("takes no scope", "take `scope` and filter by it"))
    return found
