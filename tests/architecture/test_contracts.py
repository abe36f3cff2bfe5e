"""The import contracts hold, and each of them finds what it is there for."""

from pathlib import Path

import pytest

from tests.architecture.house import ROOT, House, assert_none
from tests.architecture.injection import Copy
from tests.architecture.rules.contracts import broken_contracts
from tests.architecture.rules.pure_imports import heavy_pure_modules, pure_modules

# Contract, the files to put in, what has to be reported. Names are unlikely on purpose: they shall not meet real ones.
INJECTIONS = [
    pytest.param(contract, files, expected, id=f"{contract}: {sentence}")
    for contract, sentence, files, expected in [
        (
            "slices",
            "people may not import matching",
            {
                "app/matching/service.py": "",
                "app/people/queries.py": "import app.matching.service",
            },
            "app.people.queries -> app.matching.service",
        ),
        (
            "slices",
            "an upper slice may not be reached through a third one",
            {
                "app/followup/service.py": "",
                "app/matching/service.py": "import app.followup.service",
                "app/areas/queries.py": "import app.matching.service",
            },
            "app.areas.queries -> app.matching.service",
        ),
        (
            "slices",
            "slices side by side do not know each other",
            {"app/people/vocabulary.py": "", "app/resources/service.py": "import app.people.vocabulary"},
            "app.resources.service -> app.people.vocabulary",
        ),
        ("slices", "no room stands outside the order", {"app/cellar/__init__.py": ""}, "app.cellar"),
        (
            "slices",
            "the kit imports no slice",
            {"app/areas/queries.py": "", "app/web/injected.py": "import app.areas.queries"},
            "app.web.injected -> app.areas.queries",
        ),
        (
            "ladder",
            "a service may not import routes",
            {"app/areas/routes.py": "", "app/areas/service.py": "import app.areas.routes"},
            "app.areas.service -> app.areas.routes",
        ),
        (
            "ladder",
            "a module of an engine package may not import policies",
            {"app/matching/policies.py": "", "app/matching/engine/rank.py": "import app.matching.policies"},
            "app.matching.engine.rank -> app.matching.policies",
        ),
        ("ladder", "a slice has known files only", {"app/areas/gadgets.py": ""}, "app.areas.gadgets"),
        (
            "purity",
            "an engine does not reach SQLAlchemy through geo",
            {
                "app/matching/engine/rank.py": "import app.geo.injected",
                "app/geo/injected.py": "import sqlalchemy",
            },
            "app.matching.engine.rank -> app.geo.injected",
        ),
        (
            "purity",
            "a vocabulary does not import the database kit",
            {"app/db/injected.py": "", "app/cases/vocabulary.py": "import app.db.injected"},
            "app.cases.vocabulary -> app.db.injected",
        ),
        (
            "purity",
            "text does not import Flask",
            {"app/text/injected.py": "import flask"},
            "app.text.injected -> flask",
        ),
        (
            "edge",
            "routes hold no SQL",
            {"app/areas/routes.py": "import sqlalchemy"},
            "app.areas.routes -> sqlalchemy",
        ),
        (
            "edge",
            "forms do not import the database kit",
            {"app/db/injected.py": "", "app/areas/forms.py": "import app.db.injected"},
            "app.areas.forms -> app.db.injected",
        ),
        (
            "heart",
            "services know no HTTP",
            {"app/areas/service.py": "import flask"},
            "app.areas.service -> flask",
        ),
        (
            "heart",
            "queries do not reach Flask through the web kit",
            {"app/web/injected.py": "import flask", "app/areas/queries.py": "import app.web.injected"},
            "app.areas.queries -> app.web.injected",
        ),
        (
            "routes",
            "nobody but the factory imports routes",
            {"app/areas/routes.py": "", "app/matching/routes.py": "import app.areas.routes"},
            "app.matching.routes -> app.areas.routes",
        ),
        (
            "commands",
            "nobody but the cli imports commands",
            {"app/areas/commands.py": "", "app/factory.py": "import app.areas.commands"},
            "app.factory -> app.areas.commands",
        ),
        (
            "home",
            "models are for their own slice",
            {"app/resources/models.py": "", "app/matching/queries.py": "import app.resources.models"},
            "app.matching.queries -> app.resources.models",
        ),
        (
            "home",
            "council may not read the models of people",
            {"app/people/models.py": "", "app/council/queries.py": "import app.people.models"},
            "app.council.queries -> app.people.models",
        ),
        (
            "home",
            "only the queries of planning are guests",
            {"app/resources/models.py": "", "app/planning/service.py": "import app.resources.models"},
            "app.planning.service -> app.resources.models",
        ),
        (
            "planning",
            "planning does not ask people",
            {"app/people/queries.py": "", "app/planning/queries.py": "import app.people.queries"},
            "app.planning.queries -> app.people.queries",
        ),
        (
            "cycles",
            "no cycle inside a package",
            {
                "app/geo/injected_a.py": "import app.geo.injected_b",
                "app/geo/injected_b.py": "import app.geo.injected_a",
            },
            ".injected_",
        ),
    ]
]


def test_the_house_keeps_its_import_contracts() -> None:
    assert_none(broken_contracts(ROOT))


@pytest.mark.parametrize(("contract", "files", "expected"), INJECTIONS)
def test_a_forbidden_import_breaks_its_contract(
    copy: Copy, contract: str, files: dict[str, str], expected: str
) -> None:
    for place, text in files.items():
        copy.put(place, text)
    found = [violation.what for violation in broken_contracts(copy.root)]
    assert any(what.startswith(f"[{contract}]") and expected in what for what in found), found


def test_every_contract_is_proven_by_an_injection() -> None:
    assert {str(injection.values[0]) for injection in INJECTIONS} == set(House(ROOT).contracts)


def test_what_the_map_allows_breaks_no_contract(copy: Copy) -> None:
    before = broken_contracts(copy.root)
    copy.put("app/resources/models.py", "import app.resources.vocabulary")
    copy.put("app/resources/vocabulary.py", "")
    copy.put("app/people/models.py", "")
    copy.put("app/accounts/guards.py", "import flask")
    copy.put("app/planning/queries.py", "import app.resources.models")
    copy.put("app/matching/engine/rank.py", "import app.matching.vocabulary")
    copy.put("app/matching/vocabulary.py", "")
    copy.put("app/matching/service.py", "import app.matching.engine.rank\nimport app.resources.queries")
    copy.put("app/resources/queries.py", "import sqlalchemy\nimport app.resources.models")
    copy.put("app/matching/routes.py", "import app.accounts.guards\nimport app.matching.service")
    copy.put("app/matching/commands.py", "import app.matching.service")
    copy.put("app/tables.py", "import app.people.models\nimport app.resources.models")
    copy.put("app/factory.py", "import app.tables\nimport app.matching.routes")
    copy.put("app/cli.py", "import app.matching.commands\nimport app.factory")
    assert broken_contracts(copy.root) == before


def test_contracts_that_cannot_run_are_a_violation(copy: Copy) -> None:
    copy.put("app/areas/service.py", "def (")
    assert "syntax error" in str(broken_contracts(copy.root)[0]).lower()


def test_pure_modules_load_neither_flask_nor_sqlalchemy() -> None:
    assert_none(heavy_pure_modules(ROOT))


def test_a_pure_module_that_loads_flask_through_its_package_is_found(copy: Copy) -> None:
    copy.put("app/matching/engine/first.py", "")
    copy.put("app/matching/__init__.py", "import flask")
    copy.put("app/cases/vocabulary.py", "")
    places = {violation.where for violation in heavy_pure_modules(copy.root)}
    assert "app/matching/engine/first.py" in places
    assert "app/cases/vocabulary.py" not in places


def test_a_pure_module_that_cannot_be_imported_is_found(copy: Copy) -> None:
    copy.put("app/matching/policies.py", "import a_package_that_is_not_there")
    assert "a_package_that_is_not_there" in heavy_pure_modules(copy.root)[0].what


def test_pure_rooms_are_found_as_modules_and_as_packages(tmp_path: Path) -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    bare = Copy(tmp_path)
    bare.put("pyproject.toml", pyproject)
    for place in ("app/clock.py", "app/geo/mesh.py", "app/matching/engine/rank.py", "app/cases/exchange.py"):
        bare.put(place, "")
    assert pure_modules(House(tmp_path)) == [
        "app.cases.exchange",
        "app.clock",
        "app.geo",
        "app.geo.mesh",
        "app.matching.engine",
        "app.matching.engine.rank",
    ]
