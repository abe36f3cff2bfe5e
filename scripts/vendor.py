"""Fetch the files that are not ours, unmodified: for browsers into ``app/web/static/vendor``, and the fonts that the
server sets letters with into ``app/outbox/vendor``, which no browser is ever served.

Each package is pinned twice: by its exact version, and by the integrity of the published archive. So a package
that was published anew under the same number is refused. What was taken is written to the shelf's ``MANIFEST.json`` with
the licence and a hash of each file; a unit test compares the folders with these lists.

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

APP = Path(__file__).resolve().parent.parent / "app"


@dataclass(frozen=True)
class Pin:
    """One package: what it is, which release, and which of its files we take."""

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


FOR_BROWSERS = (
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

FONTS = (
    Pin(
        name="biz-udpgothic",
        package="@expo-google-fonts/biz-udpgothic",
        version="0.4.2",
        licence="OFL-1.1",
        integrity="sha512-HySo5PUz//XzvqKTKiOcgvdFuyPvJBIrnhhEW7l+Q1sqxblzzHuXhIaiYx4VdLjLbNA1fNaMdTgM7wj2k1FYBQ==",
        files=("400Regular/BIZUDPGothic_400Regular.ttf", "700Bold/BIZUDPGothic_700Bold.ttf", "LICENSE_FONT"),
    ),
    # Has the rare characters of names that the other lacks, such as 𠮷.
    Pin(
        name="noto-sans-jp",
        package="@expo-google-fonts/noto-sans-jp",
        version="0.4.3",
        licence="OFL-1.1",
        integrity="sha512-Fl+Z6vtD24HFAYsvzB0S9Nery1ly16B9PesdY0wBd+wEHAvkNglnkTUspU0HqGOubkmoa8zusJrKv6vDx1o70A==",
        files=("400Regular/NotoSansJP_400Regular.ttf", "LICENSE_FONT"),
    ),
)

SHELVES = {APP / "web" / "static" / "vendor": FOR_BROWSERS, APP / "outbox" / "vendor": FONTS}


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


def fill(shelf: Path, pins: tuple[Pin, ...]) -> None:
    """Build the folder beside the old one and put it in place only when everything is there."""
    shelf.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=shelf.parent, prefix=".vendor-") as work:
        downloads, fresh = Path(work) / "downloads", Path(work) / "fresh"
        downloads.mkdir()
        fresh.mkdir()
        entries = []
        for pin in pins:
            unpack(pin, download(pin, downloads), fresh / pin.folder)
            entries.append(describe(pin, fresh / pin.folder))
            print(f"{pin.folder}: {pin.licence}")
        manifest = json.dumps({"packages": entries}, indent=2, ensure_ascii=False)
        (fresh / "MANIFEST.json").write_text(f"{manifest}\n", encoding="utf-8")
        if shelf.exists():
            shutil.rmtree(shelf)
        fresh.rename(shelf)


def main() -> None:
    """Fill all shelves."""
    for shelf, pins in SHELVES.items():
        fill(shelf, pins)


if __name__ == "__main__":
    main()
