"""Makes the pictures of the README: starts the demo town in a folder of its own and photographs its pages.

    .venv/bin/python scripts/pictures.py

Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
PORT = 8765
HOME = f"http://127.0.0.1:{PORT}"
PASSWORD = "tsunagi-demo-machi"

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# Canvas maps draw after the page has loaded.
_DRAWING_MS = 1500


def main() -> None:
    """Start, photograph, stop."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "printed.txt")
        with printed.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve", "--demo"],
                cwd=ROOT,
                stdout=output,
                env={
                    **os.environ,
                    "PORT": str(PORT),
                    "DATABASE_URL": f"sqlite:///{folder}/town.db",
                    "TSUNAGI_KEY_FILE": f"{folder}/key",
                },
            )
        try:
            _wait()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("TSUNAGI_CHROMIUM", "/usr/bin/chromium"),
                    args=["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
                )
                _photograph(browser, printed)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _wait() -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{HOME}/health")
        except OSError:
            time.sleep(1)
        else:
            return
    raise SystemExit("the demo did not start")


def _photograph(browser: Browser, printed: Path) -> None:
    link = re.search(r"/h/[\w-]{43}", printed.read_text())
    assert link, "the demo printed no link for a host"
    host = browser.new_page(viewport=PHONE, locale="ja-JP")  # type: ignore[arg-type]
    host.goto(HOME + link.group())
    host.screenshot(path=PICTURES / "host-390.png")

    planner = _sign_in(browser, "marubashi", DESK)
    _take(planner, "/planning?show=in_support", "planning-1280.png")

    coordinator = _sign_in(browser, "hamaoka", DESK)
    _take(coordinator, "/resources?view=map", "catalogue-1280.png")
    coordinator.goto(f"{HOME}/cases")
    case = coordinator.locator("tbody th a").first.get_attribute("href")
    _take(coordinator, f"{case}/candidates", "candidates-1280.png")

    csw = _sign_in(browser, "kuzumi", PHONE)
    _take(csw, "/today", "today-390.png")


def _sign_in(browser: Browser, login_name: str, size: dict[str, int]) -> Page:
    page = browser.new_page(viewport=size, locale="ja-JP")  # type: ignore[arg-type]
    page.goto(f"{HOME}/sign-in")
    page.fill("#login_name", login_name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{HOME}/today")
    return page


def _take(page: Page, path: str, name: str) -> None:
    page.goto(HOME + path)
    page.wait_for_timeout(_DRAWING_MS)
    page.screenshot(path=PICTURES / name)


if __name__ == "__main__":
    main()
