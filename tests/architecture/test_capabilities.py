"""What this machine lacks is named and counted, and is an error on the continuous integration."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.architecture.house import ROOT
from tests.support.capabilities import find_chromium, find_postgres, find_shared_data, not_run

TESTS = """
import pytest
from tests.support import capabilities

@pytest.fixture(scope="session")
def server():
    return capabilities.require("postgres")

def test_first(server):
    assert server == "postgresql://here"

def test_second(server):
    assert server

def test_third():
    assert capabilities.require("postgres")

@pytest.mark.shared_data
def test_marked():
    assert True

def test_with_fixture(shared_data):
    assert shared_data.is_dir()

@pytest.mark.browser
def test_browser():
    assert True

def test_always():
    assert True
"""


def run_tests(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the tests above with our conftest, on a machine that has only what the environment names."""
    (folder / "test_needs.py").write_text(TESTS, encoding="utf-8")
    inherited = {
        name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("TSUNAGI_")
    }
    ours = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-p", "tests.conftest"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *ours, "-p", "no:cacheprovider", "test_needs.py", *arguments],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT), "TSUNAGI_CHROMIUM": sys.executable} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_what_is_missing_is_not_run_and_named_with_its_count_and_remedy(tmp_path: Path) -> None:
    answer = run_tests(tmp_path, TSUNAGI_CHROMIUM="no-such-browser")
    assert answer.returncode == 0, answer.stdout
    assert "NOT RUN: PostgreSQL+PostGIS — 3 tests — set TSUNAGI_TEST_POSTGRES_URL or" in answer.stdout
    assert "NOT RUN: outside data — 2 tests — set TSUNAGI_SHARED" in answer.stdout
    assert "NOT RUN: Chromium — 1 test — install chromium" in answer.stdout
    assert "1 passed, 6 skipped" in answer.stdout.splitlines()[-1]


def test_what_is_missing_is_an_error_on_the_ci(tmp_path: Path) -> None:
    answer = run_tests(tmp_path, CI="true")
    assert answer.returncode == 1, answer.stdout
    assert "NOT RUN: PostgreSQL+PostGIS — 3 tests" in answer.stdout
    assert "2 errors" in answer.stdout.splitlines()[-1]
    assert "1 failed" in answer.stdout.splitlines()[-1]


def test_only_the_outside_data_may_be_absent_on_the_ci(tmp_path: Path) -> None:
    answer = run_tests(tmp_path, CI="true", TSUNAGI_TEST_POSTGRES_URL="postgresql://here")
    assert answer.returncode == 0, answer.stdout
    assert "NOT RUN: outside data — 2 tests" in answer.stdout
    assert "PostgreSQL" not in answer.stdout


def test_nothing_is_named_when_everything_is_there(tmp_path: Path) -> None:
    answer = run_tests(
        tmp_path, CI="true", TSUNAGI_TEST_POSTGRES_URL="postgresql://here", TSUNAGI_SHARED=str(tmp_path)
    )
    assert answer.returncode == 0, answer.stdout
    assert "NOT RUN" not in answer.stdout


def test_a_test_that_uses_the_fixture_has_the_marker(tmp_path: Path) -> None:
    answer = run_tests(
        tmp_path, "-m", "not shared_data and not browser", TSUNAGI_TEST_POSTGRES_URL="postgresql://here"
    )
    assert "4 passed, 3 deselected" in answer.stdout.splitlines()[-1]


def test_an_empty_setting_counts_as_missing() -> None:
    assert find_postgres({"TSUNAGI_TEST_POSTGRES_URL": ""}) is None
    assert find_shared_data({"TSUNAGI_SHARED": "no/such/folder"}) is None


def test_a_named_browser_that_is_missing_is_not_replaced_by_another(tmp_path: Path) -> None:
    (tmp_path / "chromium").touch(mode=0o755)
    assert find_chromium({"PATH": str(tmp_path)}) == str(tmp_path / "chromium")
    assert find_chromium({"PATH": str(tmp_path), "TSUNAGI_CHROMIUM": "no-such-browser"}) is None


def test_an_unrelated_skip_is_not_counted() -> None:
    assert not_run(["Skipped: not on Sundays"]) == []


@pytest.mark.browser
def test_the_browser_opens_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<h1>つなぎ</h1>")
    assert page.inner_text("h1") == "つなぎ"
    page.close()
