"""Every route says who may enter, and every part of its path has a type.

`accounts.guards` marks a view with `_access`. A path parameter is typed when its converter narrows it: `int`,
`uuid`, `any(...)`, a converter of ours, or a `string` with a length. The bare `string` and `path` accept anything,
so a page behind them would have to check by hand.
"""

import inspect

from flask import Flask
from werkzeug.routing import BaseConverter, Map, PathConverter, Rule, UnicodeConverter

from tests.architecture.house import Violation
from tests.architecture.source import place_of

BARE_STRING = UnicodeConverter(Map()).regex


def undeclared_access(app: Flask) -> list[Violation]:
    """Routes whose view carries no `_access`."""
    return [
        violation(
            app, rule, "nobody says who may enter", "put @requires(...), @signed_in or @public on the view"
        )
        for rule in routes(app)
        if getattr(app.view_functions[rule.endpoint], "_access", None) is None
    ]


def untyped_parameters(app: Flask) -> list[Violation]:
    """Path parameters that accept any text."""
    return [
        violation(
            app,
            rule,
            f"<{name}> accepts any text",
            "use <int:…>, <uuid:…>, <any(…):…> or <string(length=…):…>",
        )
        for rule in routes(app)
        for name, converter in rule._converters.items()
        if not is_typed(converter)
    ]


def is_typed(converter: BaseConverter) -> bool:
    """Whether the converter narrows what it accepts. A subclass of ours counts: it has its own `to_python` or regex."""
    if type(converter) is PathConverter:
        return False
    return type(converter) is not UnicodeConverter or converter.regex != BARE_STRING


def routes(app: Flask) -> list[Rule]:
    """Every route but the static files, which are public by nature and whose path is a file name."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] != "static"]


def violation(app: Flask, rule: Rule, what: str, remedy: str) -> Violation:
    """A violation at the place where the view is written."""
    place, line = place_of(inspect.unwrap(app.view_functions[rule.endpoint]))
    return Violation(place, line, f"{rule.rule} ({rule.endpoint}): {what}", remedy)
