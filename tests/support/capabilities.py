"""What a machine must have for some tests, and what happens when it has not.

A test that cannot run is never silent: it is *not run*, named at the end of the report with its remedy, and on the
continuous integration (`CI=true`) it is an error. Only the outside data may be absent even there.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Capability:
    """Something outside the repository that tests need, and how it is found."""

    name: str
    title: str
    remedy: str
    find: Callable[[Mapping[str, str]], str | None]
    tolerated: bool = False

    @property
    def mark(self) -> str:
        """What stands in the reason of each test that is not run, so that the report can count them."""
        return f"[needs {self.name}]"


def find_postgres(environment: Mapping[str, str]) -> str | None:
    """The URL of a server on which tests may make and drop databases."""
    return environment.get("TSUNAGI_TEST_POSTGRES_URL") or None


def find_chromium(environment: Mapping[str, str]) -> str | None:
    """The browser that the environment names, else the first one on the PATH."""
    named = environment.get("TSUNAGI_CHROMIUM")
    candidates: Iterable[str] = [named] if named else CHROMIUM_NAMES
    found = (shutil.which(candidate, path=environment.get("PATH")) for candidate in candidates)
    return next((path for path in found if path), None)


def find_shared_data(environment: Mapping[str, str]) -> str | None:
    """The outside folder of data, when it is there."""
    folder = environment.get("TSUNAGI_SHARED")
    return folder if folder and Path(folder).is_dir() else None


CAPABILITIES = {
    capability.name: capability
    for capability in (
        Capability(
            name="postgres",
            title="PostgreSQL+PostGIS",
            remedy="set TSUNAGI_TEST_POSTGRES_URL or run .ci/run, which makes a throw-away server",
            find=find_postgres,
        ),
        Capability(
            name="chromium",
            title="Chromium",
            remedy="install chromium or set TSUNAGI_CHROMIUM to its executable",
            find=find_chromium,
        ),
        Capability(
            name="shared_data",
            title="outside data",
            remedy="set TSUNAGI_SHARED to the folder with the outside data",
            find=find_shared_data,
            tolerated=True,
        ),
    )
}


def is_ci(environment: Mapping[str, str]) -> bool:
    """Whether what cannot be run is an error."""
    return environment.get("CI", "").lower() in {"1", "true"}


def require(name: str) -> str:
    """Return the URL or path of a capability, or end the test: not run here, an error on the CI."""
    capability = CAPABILITIES[name]
    found = capability.find(os.environ)
    if found:
        return found
    reason = f"not run: {capability.title} is missing {capability.mark}"
    if is_ci(os.environ) and not capability.tolerated:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def not_run(reasons: Iterable[str]) -> list[str]:
    """One line for each missing capability, from the reasons of the tests that it kept from running."""
    counts = Counter(
        capability.name
        for reason in reasons
        for capability in CAPABILITIES.values()
        if capability.mark in reason
    )
    return [
        f"NOT RUN: {capability.title} — {count} {'test' if count == 1 else 'tests'} — {capability.remedy}"
        for name, count in sorted(counts.items())
        for capability in [CAPABILITIES[name]]
    ]
