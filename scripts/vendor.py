"""Fetch the browser files that are not ours, unmodified, into ``app/web/static/vendor``.

Each package is pinned twice: by its exact version, and by the integrity of the published archive. So a package
that was published anew under the same number is refused. What was taken is written to ``MANIFEST.json`` with the
licence and a hash of each file; a unit test compares the folder with that list.

The archive comes from ``npm pack``: it downloads a package and runs none of its scripts. Nothing else is needed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "app" / "web" / "static" / "vendor"


@dataclass(frozen=True)
class Pin:
    """One package: what it is, which release, and which of its files we serve."""

    name: str
    package: str
    version: str
    licence: str
    integrity: str
    files: tuple[str, ...]  # paths inside the archive, or folders that end in a slash

    @property
    def folder(self) -> str:
        """The folder carries the version, so its address can be cached for ever."""
        return f"{self.name}-{self.version}"


PINS = (
    Pin(
        name="htmx",
        package="htmx.org",
        version="4.0.1",
        licence="0BSD",
        integrity="sha512-oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
        files=("dist/htmx.min.js", "LICENSE"),
    ),
    Pin(
        name="leaflet",
        package="leaflet",
        version="1.9.4",
        licence="BSD-2-Clause",
        integrity="sha512-nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA==",
        files=("dist/leaflet.js", "dist/leaflet.css", "dist/images/", "LICENSE"),
    ),
    Pin(
        name="design-tokens",
        package="@digital-go-jp/design-tokens",
        version="1.1.9",
        licence="MIT",
        integrity="sha512-93zW/Gb4/pwb63W7r8RHWQdbLGap4heHt5unQQjaqP1OlPqRif146tvqtyJ2xPcot3pnndFY3ph1DC0Crwp6bg==",
        files=("dist/tokens.css", "LICENSE"),
    ),
)


def download(pin: Pin, into: Path) -> Path:
    """The archive of a package, checked against the pinned integrity."""
    answer = subprocess.run(
        ["npm", "pack", "--json", "--pack-destination", str(into), f"{pin.package}@{pin.version}"],
        check=True,
        capture_output=True,
        text=True,
    )
    archive: Path = into / json.loads(answer.stdout)[0]["filename"]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != pin.integrity:
        raise SystemExit(f"{pin.package} {pin.version} is not the archive that was pinned: sha512-{digest}")
    return archive


def unpack(pin: Pin, archive: Path, into: Path) -> None:
    """Copy the wanted files byte for byte; ``dist/`` falls away, folders below it stay (CSS points at them)."""
    found: set[str] = set()
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            path = member.name.removeprefix("package/")
            wanted = next(
                (w for w in pin.files if path == w or (w.endswith("/") and path.startswith(w))), None
            )
            source = tar.extractfile(member) if wanted and member.isfile() else None
            if wanted is None or source is None:
                continue
            found.add(wanted)
            target = into / path.removeprefix("dist/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read())
    missing = set(pin.files) - found
    if missing:
        raise SystemExit(f"{pin.package} {pin.version} has no {', '.join(sorted(missing))}")


def describe(pin: Pin, folder: Path) -> dict[str, object]:
    """The manifest's entry: one hash per file, in the notation of subresource integrity."""
    hashes: dict[str, str] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
        hashes[file.relative_to(folder).as_posix()] = f"sha384-{digest}"
    return {
        "name": pin.name,
        "version": pin.version,
        "licence": pin.licence,
        "source_package": pin.package,
        "archive": pin.integrity,
        "folder": pin.folder,
        "files": hashes,
    }


def main() -> None:
    """Build the folder beside the old one and put it in place only when everything is there."""
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VENDOR.parent, prefix=".vendor-") as work:
        downloads, fresh = Path(work) / "downloads", Path(work) / "fresh"
        downloads.mkdir()
        fresh.mkdir()
        entries = []
        for pin in PINS:
            unpack(pin, download(pin, downloads), fresh / pin.folder)
            entries.append(describe(pin, fresh / pin.folder))
            print(f"{pin.folder}: {pin.licence}")
        manifest = json.dumps({"packages": entries}, indent=2, ensure_ascii=False)
        (fresh / "MANIFEST.json").write_text(f"{manifest}\n", encoding="utf-8")
        if VENDOR.exists():
            shutil.rmtree(VENDOR)
        fresh.rename(VENDOR)


if __name__ == "__main__":
    main()
