"""Fixtures for what lies outside the repository, and the report of what could not be run."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import capabilities

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["tests.support.databases", "tests.support.accounts"]

# Marker → the capability that it stands for, and the fixture that implies it.
MARKERS = {"shared_data": "shared_data", "browser": "chromium"}

# The browser is a stranger's program: it shall fetch nothing and start quickly.
CHROMIUM_SWITCHES = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the outside data."""
    return Path(capabilities.require("shared_data"))


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One running Chromium for all journeys; each opens a context of its own in it."""
    executable = capabilities.require("chromium")
    from playwright.sync_api import sync_playwright

    switches = list(CHROMIUM_SWITCHES)
    if os.geteuid() == 0:
        # Chromium refuses to build its sandbox as root, as which containers run.
        switches.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=switches)
        yield browser
        browser.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test that uses the fixture its marker, so that `-m "not browser"` leaves out every one of them."""
    for item in items:
        for marker, fixture in MARKERS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


def pytest_collection_finish() -> None:
    """Let the collector leave alone what stays to the end: the modules, and the tests themselves."""
    gc.set_threshold(100_000, 50, 100)
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A marked test needs its capability even when it uses no fixture."""
    for marker, capability in MARKERS.items():
        if item.get_closest_marker(marker):
            capabilities.require(capability)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name loudly what was not run and how to run it."""
    reports = [
        report
        for outcome in ("skipped", "error", "failed")
        for report in terminalreporter.getreports(outcome)
        if isinstance(report, pytest.TestReport)
    ]
    lines = capabilities.not_run(str(report.longrepr) for report in reports)
    if lines:
        terminalreporter.write_sep("=", "NOT RUN", red=True, bold=True)
        for line in lines:
            terminalreporter.write_line(line, red=True, bold=True)
