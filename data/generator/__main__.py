"""`python -m data.generator [folder]` writes the demo town, by default to `data/demo`."""

import sys
from pathlib import Path

from data.generator.town import build

DEMO = Path(__file__).parents[1] / "demo"


def write(folder: Path) -> None:
    """Write every file of the town into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in build().items():
        (folder / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO)
