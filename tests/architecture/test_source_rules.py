"""Rules on source files and templates: the house keeps them, and each finds what is put in against it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, House, Violation, assert_none
from tests.architecture.injection import Copy
from tests.architecture.rules.assertions import empty_tests
from tests.architecture.rules.commits import stray_commits
from tests.architecture.rules.endpoints import upward_endpoints
from tests.architecture.rules.file_sizes import long_files
from tests.architecture.rules.htmx_headers import stray_htmx_headers
from tests.architecture.rules.machine_paths import machine_paths
from tests.architecture.rules.mapping import unregistered_models
from tests.architecture.rules.package_docstrings import packages_with_code
from tests.architecture.rules.prints import prints
from tests.architecture.rules.queries import misshapen_queries
from tests.architecture.rules.raw_sql import core_selects, raw_sql
from tests.architecture.rules.room_names import vague_names
from tests.architecture.rules.services import misshapen_services
from tests.architecture.rules.templates import inline_code, unescaped_output, writes_without_form

SourceRule = Callable[[Path], list[Violation]]

RULES: list[SourceRule] = [
    core_selects,
    empty_tests,
    inline_code,
    long_files,
    machine_paths,
    misshapen_queries,
    misshapen_services,
    packages_with_code,
    prints,
    raw_sql,
    stray_commits,
    stray_htmx_headers,
    unescaped_output,
    unregistered_models,
    upward_endpoints,
    vague_names,
    writes_without_form,
]

PAGE = "app/matching/templates/matching/injected.html"
SERVICE = "app/matching/service.py"
QUERIES = "app/matching/queries.py"
MACHINE = "/" + "root" + "/checkout"

# Rule, where, what is put in, what has to be reported.
FORBIDDEN: list[tuple[SourceRule, str, str, str]] = [
    (core_selects, QUERIES, "rows = Need.__table__.c", "__table__"),
    (raw_sql, QUERIES, "from sqlalchemy import text\nrows = text('SELECT 1')", "raw SQL"),
    (raw_sql, QUERIES, "from sqlalchemy import text as t\nrows = t('SELECT 1')", "raw SQL"),
    (raw_sql, QUERIES, "import sqlalchemy as sa\nrows = sa.text('SELECT 1')", "raw SQL"),
    (raw_sql, "app/web/injected.py", "def run(c): c.exec_driver_sql('SELECT 1')", "raw SQL"),
    (stray_commits, SERVICE, "def close(session): session.commit()", ".commit()"),
    (stray_commits, "app/web/injected.py", "def close(session): session.commit()", ".commit()"),
    (stray_htmx_headers, "app/matching/routes.py", "HEADER = 'HX-Request'", "HX-Request"),
    (prints, SERVICE, "print('here')", "print()"),
    (packages_with_code, "app/areas/__init__.py", "import json", "holds code"),
    (packages_with_code, "app/cellar/injected.txt", "no package", "no __init__"),
    (misshapen_services, SERVICE, "def open_request(session, need, *, by: Actor): ...", "by position"),
    (misshapen_services, SERVICE, "def open_request(session, *needs, by: Actor): ...", "by position"),
    (misshapen_services, SERVICE, "def open_request(session, *, need): ...", "who acts"),
    (misshapen_services, SERVICE, "def open_request(session, *, by): ...", "who acts"),
    (misshapen_services, SERVICE, "def open(session, *, by: Actor): ...", "no verb and noun"),
    (
        misshapen_services,
        "app/matching/service/opening.py",
        "def open(session, *, by: Actor): ...",
        "no verb and noun",
    ),
    (misshapen_queries, QUERIES, "def needs(session, scope): ...", "what comes back"),
    (misshapen_queries, QUERIES, "def list_needs(session): ...", "no scope"),
    (unregistered_models, "app/zeppelin/models.py", "", "app.zeppelin.models"),
    (long_files, "app/areas/injected.py", "\n" * 400, "401 lines"),
    (long_files, "app/web/static/injected.css", "\n" * 400, "401 lines"),
    (long_files, "tests/test_injected.py", "\n" * 800, "801 lines"),
    (vague_names, "app/areas/utils.py", "", "says nothing"),
    (vague_names, "tests/helpers/injected.py", "", "says nothing"),
    (machine_paths, "docs/injected.md", f"see {MACHINE}", "names /"),
    (empty_tests, "tests/test_injected.py", "def test_nothing():\n    open_page()", "asserts nothing"),
    (unescaped_output, PAGE, "<p>{{ note | safe }}</p>", "prints text as HTML"),
    (unescaped_output, PAGE, "{% filter safe %}{{ note }}{% endfilter %}", "prints text as HTML"),
    (unescaped_output, PAGE, "{% autoescape false %}{{ note }}{% endautoescape %}", "autoescape is off"),
    (inline_code, PAGE, "<p style='color: red'>", "<p style"),
    (inline_code, PAGE, "<style>p {}</style>", "<style>"),
    (inline_code, PAGE, "<script>go()</script>", "without src"),
    (inline_code, PAGE, "<a {% if new %}onclick='go()'{% endif %}>", "onclick"),
    (inline_code, PAGE, "<a hx-on:click='go()'>", "hx-on:click"),
    (inline_code, PAGE, "<a href='javascript:go()'>", "javascript:"),
    (writes_without_form, PAGE, "<button hx-post='/x'>", "hx-post"),
    (writes_without_form, PAGE, "<form method='post'><button hx-delete='/x'></form>", "hx-delete"),
    (writes_without_form, PAGE, "<form method='post' action='/x'></form><a hx-put='/x'>", "hx-put"),
    (upward_endpoints, PAGE, "{{ url_for('followup.show') }}", "followup.show"),
    (upward_endpoints, PAGE, '{% set to = url_for("nowhere.show") %}', "nowhere.show"),
    (
        upward_endpoints,
        "app/people/templates/people/x.html",
        "{{ url_for('resources.show') }}",
        "resources.show",
    ),
    (
        upward_endpoints,
        "app/web/templates/injected.html",
        "{{ url_for('accounts.sign_in') }}",
        "accounts.sign_in",
    ),
]

# What looks alike and is right.
ALLOWED: list[tuple[SourceRule, str, str]] = [
    (core_selects, "app/db/injected.py", "def table(model): return model.__table__"),
    (core_selects, "app/areas/models.py", "def version(cls): return cls.__table__.c.version"),
    (raw_sql, "app/audit/models.py", "from sqlalchemy import DDL\nguard = DDL('CREATE TRIGGER …')"),
    (raw_sql, QUERIES, "label = form.text('名前')"),
    (stray_commits, "app/web/transaction.py", "def close(session): session.commit()"),
    (stray_commits, "app/jobs/commands.py", "def close(session): session.commit()"),
    (stray_htmx_headers, "app/web/htmx.py", "HEADER = 'HX-Request'"),
    (stray_htmx_headers, "app/areas/routes.py", 'def show():\n    """Answers HX-Request alike."""'),
    (
        misshapen_services,
        SERVICE,
        "def open_request(session: Session, *, need: Need, by: Actor) -> Need: ...",
    ),
    (misshapen_services, SERVICE, "def _weigh(need): ...\nclass Refused(Exception): ..."),
    (misshapen_services, "app/audit/service.py", "def record(session, *, kind, actor_id): ..."),
    (misshapen_services, "app/accounts/service.py", "def sign_in(session, *, token): ..."),
    (misshapen_queries, "app/accounts/queries.py", "def find_sign_in(session, token): ..."),
    (misshapen_queries, QUERIES, "def list_needs(session, *, scope): ...\ndef _newest(rows): ..."),
    (empty_tests, "tests/test_injected.py", "def test_a():\n    with pytest.raises(E):\n        f()"),
    (empty_tests, "tests/test_injected.py", "def test_b():\n    html.assert_valid(f())"),
    (empty_tests, "tests/test_injected.py", "def test_c(page):\n    expect(page).to_have_title('つなぎ')"),
    (machine_paths, "docs/injected.md", "see https://example.jp" + MACHINE + " and app" + MACHINE),
    (unescaped_output, PAGE, "{# |safe is forbidden #}<p>{{ safe }}</p>"),
    (
        inline_code,
        PAGE,
        "<script src='x.js' defer></script><script type='application/json'>{{ x|tojson }}</script>",
    ),
    (inline_code, PAGE, "{# <p style='x'> #}<p {% if style == 'x' %}class='{{ style }}'{% endif %}>"),
    (writes_without_form, PAGE, "<form method='post' action='/x' hx-post='/x'><button></form>"),
    (writes_without_form, PAGE, "<form method='post'\n action='{{ url }}'><button hx-post='/y'></form>"),
    (
        writes_without_form,
        PAGE,
        "<button form='f' hx-post='/x'></button><form id='f' method='post' action='/x'></form>",
    ),
    (writes_without_form, PAGE, "{% call kit.form(url) %}\n<button hx-post='/x'></button>\n{% endcall %}"),
    (
        upward_endpoints,
        PAGE,
        "{{ url_for('resources.show') }}{{ url_for('.show') }}{{ url_for('static', filename='x') }}",
    ),
    (upward_endpoints, PAGE, "{# url_for('followup.show') #}{{ url_for(slot.endpoint) }}"),
]


def injected(rule: SourceRule, copy: Copy, place: str, text: str) -> list[Violation]:
    """What the rule reports about the copy beyond what it reported before the injection."""
    before = set(rule(copy.root))
    copy.put(place, text)
    return [violation for violation in rule(copy.root) if violation not in before]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: SourceRule) -> None:
    assert_none(rule(ROOT))


@pytest.mark.parametrize(
    ("rule", "place", "text", "expected"),
    FORBIDDEN,
    ids=[f"{rule.__name__}: {text.strip() or place}"[:70] for rule, place, text, _ in FORBIDDEN],
)
def test_what_is_forbidden_is_found_with_its_place_and_remedy(
    copy: Copy, rule: SourceRule, place: str, text: str, expected: str
) -> None:
    found = [violation for violation in injected(rule, copy, place, text) if expected in violation.what]
    assert len(found) == 1, found
    assert found[0].remedy
    assert str(found[0]).startswith(found[0].where)


@pytest.mark.parametrize(
    ("rule", "place", "text"), ALLOWED, ids=[f"{rule.__name__}: {text}"[:70] for rule, _, text in ALLOWED]
)
def test_what_looks_alike_and_is_right_is_left_alone(
    copy: Copy, rule: SourceRule, place: str, text: str
) -> None:
    assert injected(rule, copy, place, text) == []


def test_every_rule_is_proven_by_an_injection() -> None:
    assert {rule for rule, *_ in FORBIDDEN} == set(RULES)


def test_models_in_the_registry_are_registered(copy: Copy) -> None:
    copy.put("app/zeppelin/models.py", "")
    copy.put("app/tables.py", "import app.zeppelin.models")
    assert all("zeppelin" not in violation.what for violation in unregistered_models(copy.root))


def test_a_violation_names_the_line(copy: Copy) -> None:
    copy.put("app/cellar/service.py", "\n\nprint(1)")
    assert [(violation.where, violation.line) for violation in prints(copy.root)][-1] == (
        "app/cellar/service.py",
        3,
    )


def test_the_order_of_the_house_comes_from_the_contracts() -> None:
    ranks = House(ROOT).ranks
    assert (
        ranks["factory"]
        < ranks["planning"]
        == ranks["council"]
        < ranks["people"]
        < ranks["web"]
        < ranks["text"]
    )


def test_who_acts_is_known_above_accounts_only() -> None:
    house = House(ROOT)
    assert house.knows_actors("jobs")
    assert not house.knows_actors("accounts")
    assert not house.knows_actors("audit")
