"""The demo as `make run` serves it, and a browser that complains about everything it is asked to swallow."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.accounts.vocabulary import Role
from app.config import ROOT
from tests.support.databases import Stores, environment_for
from tests.support.processes import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ARTIFACTS = ROOT / "test-artifacts"
DEMO_PASSWORD = "tsunagi-demo-machi"
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
NARROWEST = 320
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def demo_address(all_stores: Stores, key_file: Path) -> Iterator[str]:
    """The demo town on the embedded database, served by the real server."""
    settings = environment_for(all_stores.url("embedded", "demo"), key_file) | {"TSUNAGI_MODE": "demo"}
    with Server(settings, bare=True) as server:
        yield server.address


@pytest.fixture(scope="session")
def demo_names() -> dict[Role, str]:
    """A login name of the demo for each role."""
    names: dict[Role, str] = {}
    with (ROOT / "data/demo/staff.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for word in row["役割"].split(";"):
                if word in set(Role):
                    names.setdefault(Role(word), row["ログイン名"])
    return names


class Visitor:
    """Somebody at a browser. Each page that they look at is photographed and held against the rules."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, path: str) -> None:
        """Go to an address of the product."""
        self.page.goto(self.address + path)

    def sign_in(self, login_name: str, password: str) -> None:
        """Sign in as a person does."""
        self.open("/sign-in")
        self.field("login_name").fill(login_name)
        self.field("password").fill(password)
        self.page.get_by_role("button", name="ログインする").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def field(self, name: str) -> Locator:
        """The input of this name; its label also holds the word that says whether it is required."""
        return self.page.locator(f"main [name={name}]")

    @property
    def heading(self) -> str:
        """What the page is called."""
        return self.page.get_by_role("heading", level=1).inner_text().strip()

    def look(self, name: str) -> None:
        """Photograph the page on a phone and at a desk, and fail when it breaks a rule or does not fit."""
        ARTIFACTS.mkdir(exist_ok=True)
        for place, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            safe = re.sub(r"[^\w-]", "-", name)
            self.page.screenshot(path=ARTIFACTS / f"{safe}-{place}.png", full_page=True)
            found = Axe().run(self.page, options=RULES)
            assert found.violations_count == 0, f"{name} ({place}): {found.generate_report()}"
        self.page.set_viewport_size({"width": NARROWEST, "height": 640})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROWEST, f"{name} needs {width} pixels"
        self.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture
def visitor(chromium: Browser, demo_address: str) -> Iterator[Visitor]:
    """A visitor with a fresh browser; what it logs as an error, a breach of the policy included, fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP")
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield Visitor(page, demo_address)
    context.close()
    # A refused form answers 422, which Chromium notes as a resource that failed.
    assert [text for text in complaints if "Failed to load resource" not in text] == []
