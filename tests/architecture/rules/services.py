"""Services: one function per intention, `verb_noun(session, *, …, by: Actor)`."""

import ast
from pathlib import Path

from tests.architecture.house import House, Violation
from tests.architecture.source import Function, public_functions


def misshapen_services(root: Path) -> list[Violation]:
    """Public functions of a service.py with another shape."""
    house = House(root)
    return [
        Violation(
            house.place(path),
            function.lineno,
            f"{function.name}: {fault}",
            "verb_noun(session, *, …, by: Actor)",
        )
        for slice_name, path in house.modules_of("service")
        for function in public_functions(path)
        for fault in faults(function, knows_actors=house.knows_actors(slice_name))
    ]


def faults(function: Function, *, knows_actors: bool) -> list[str]:
    """What is wrong with the shape of one function."""
    found: list[str] = []
    positional = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    if positional != ["session"] or function.args.vararg:
        found.append(f"takes {positional} by position, not the session alone")
    # In `accounts` nobody acts before the sign-in; what stands below it is told by the service that calls it.
    if knows_actors:
        if "_" not in function.name:
            found.append("the name is no verb and noun")
        by = [argument for argument in function.args.kwonlyargs if argument.arg == "by"]
        if not by or by[0].annotation is None or "Actor" not in ast.unparse(by[0].annotation):
            found.append("does not say who acts")
    return found
