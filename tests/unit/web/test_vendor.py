"""The browser files of others are exactly the ones that were pinned."""

import base64
import hashlib
import json
from typing import Any

import pytest

from app.web.assets import STATIC_ROOT

VENDOR = STATIC_ROOT / "vendor"
PACKAGES: list[dict[str, Any]] = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))[
    "packages"
]


def files_on_disk() -> set[str]:
    return {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}


def listed_files() -> dict[str, str]:
    return {f"{p['folder']}/{name}": digest for p in PACKAGES for name, digest in p["files"].items()}


def test_every_vendored_file_has_the_hash_that_the_manifest_gives() -> None:
    for name, expected in listed_files().items():
        digest = hashlib.sha384((VENDOR / name).read_bytes()).digest()
        assert f"sha384-{base64.b64encode(digest).decode()}" == expected, name


def test_no_file_lies_there_that_the_manifest_does_not_list() -> None:
    assert files_on_disk() == {*listed_files(), "MANIFEST.json"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package["name"]))
def test_each_package_names_its_release_and_carries_its_licence(package: dict[str, Any]) -> None:
    assert package["folder"] == f"{package['name']}-{package['version']}"
    assert package["licence"]
    assert package["archive"].startswith("sha512-")
    assert "LICENSE" in package["files"]


def test_the_manifest_names_no_host() -> None:
    assert "://" not in (VENDOR / "MANIFEST.json").read_text(encoding="utf-8")
