"""The files of others, for browsers and for letters, are exactly the ones that were pinned."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from app.web.assets import STATIC_ROOT

APP = STATIC_ROOT.parents[1]
SHELVES = [STATIC_ROOT / "vendor", APP / "outbox" / "vendor"]


def packages(shelf: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shelf / "MANIFEST.json").read_text(encoding="utf-8"))[
        "packages"
    ]
    return found


def listed_files(shelf: Path) -> dict[str, str]:
    return {
        f"{package['folder']}/{name}": digest
        for package in packages(shelf)
        for name, digest in package["files"].items()
    }


PACKAGES = [package for shelf in SHELVES for package in packages(shelf)]
each_shelf = pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: str(shelf.relative_to(APP)))


def test_every_shelf_of_the_house_is_looked_at() -> None:
    assert sorted(APP.rglob("MANIFEST.json")) == sorted(shelf / "MANIFEST.json" for shelf in SHELVES)


@each_shelf
def test_every_vendored_file_has_the_hash_that_the_manifest_gives(shelf: Path) -> None:
    for name, expected in listed_files(shelf).items():
        digest = hashlib.sha384((shelf / name).read_bytes()).digest()
        assert f"sha384-{base64.b64encode(digest).decode()}" == expected, name


@each_shelf
def test_no_file_lies_there_that_the_manifest_does_not_list(shelf: Path) -> None:
    on_disk = {path.relative_to(shelf).as_posix() for path in shelf.rglob("*") if path.is_file()}
    assert on_disk == {*listed_files(shelf), "MANIFEST.json"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package["name"]))
def test_each_package_names_its_release_and_carries_its_licence(package: dict[str, Any]) -> None:
    assert package["folder"] == f"{package['name']}-{package['version']}"
    assert package["licence"]
    assert package["archive"].startswith("sha512-")
    assert {"LICENSE", "LICENSE_FONT"} & set(package["files"])


@each_shelf
def test_the_manifest_names_no_host(shelf: Path) -> None:
    assert "://" not in (shelf / "MANIFEST.json").read_text(encoding="utf-8")
