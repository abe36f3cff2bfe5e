"""Rules on the Flask application, proven on a small one."""

from collections.abc import Callable

from flask import Flask
from flask.typing import RouteCallable
from flask.views import MethodView
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from tests.architecture.rules.declared_routes import undeclared_access, untyped_parameters
from tests.architecture.rules.templates import lenient_undefined


def show(**_: object) -> str:
    """Stand in for a page."""
    return ""


def declared(view: Callable[..., str]) -> Callable[..., str]:
    """Mark a view as the guards of accounts do."""
    view._access = "public"  # type: ignore[attr-defined]
    return view


def app_with(rule: str, view: RouteCallable = show) -> Flask:
    """An application with one route."""
    app = Flask("injected")
    app.url_map.converters["case"] = type("CaseConverter", (BaseConverter,), {})
    app.add_url_rule(rule, endpoint="page", view_func=view)
    return app


def test_a_route_that_does_not_say_who_may_enter_is_found() -> None:
    assert ["/open" in violation.what for violation in undeclared_access(app_with("/open"))] == [True]


def test_a_class_of_views_that_does_not_say_who_may_enter_is_found() -> None:
    assert len(undeclared_access(app_with("/open", MethodView.as_view("page")))) == 1


def test_a_declared_route_and_the_static_files_are_left_alone() -> None:
    assert undeclared_access(app_with("/open", declared(lambda: ""))) == []


def test_parameters_that_accept_any_text_are_found() -> None:
    for rule in ("/<name>", "/<string:name>", "/<string(minlength=1):name>", "/<path:name>"):
        assert ["<name>" in violation.what for violation in untyped_parameters(app_with(rule))] == [True], (
            rule
        )


def test_each_parameter_of_a_route_is_judged() -> None:
    assert len(untyped_parameters(app_with("/<int:number>/<a>/<b>"))) == 2


def test_typed_parameters_are_left_alone() -> None:
    for kind in ("int", "uuid", "any(open,closed)", "string(length=8)", "string(maxlength=40)", "case"):
        assert untyped_parameters(app_with(f"/<{kind}:name>")) == [], kind


def test_templates_that_tolerate_unknown_names_are_found() -> None:
    app = Flask("injected")
    assert len(lenient_undefined(app)) == 1
    app.jinja_env.undefined = StrictUndefined
    assert lenient_undefined(app) == []
