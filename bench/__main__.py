"""`python -m bench ID`: run one benchmark and print its figures as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def known() -> list[str]:
    """Return the ids of the benchmarks, which are the modules of this folder."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main() -> int:
    """Run what was asked for; 2 when there is no such benchmark."""
    if len(sys.argv) != 2 or sys.argv[1] not in known():
        print(f"usage: make bench BENCH=<{'|'.join(known())}>", file=sys.stderr)
        return 2
    figures = importlib.import_module(f"bench.{sys.argv[1]}").run()
    print(json.dumps({"bench": sys.argv[1], **figures}, ensure_ascii=False, indent=1))
    return 0 if figures.get("holds", True) else 1


if __name__ == "__main__":
    sys.exit(main())
