"""Pure modules, imported in a fresh interpreter, load neither Flask nor SQLAlchemy.

The import contracts cannot see `app/__init__` nor what a third package pulls in; the interpreter sees both.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.house import House, Violation

PURE_FILES = ("engine", "policies", "exchange", "vocabulary")
PURE_ROOMS = ("geo", "text", "clock")
HEAVY = ("flask", "sqlalchemy", "geoalchemy2", "werkzeug", "wtforms")

# After a find the heavy packages and ours are forgotten, so that the next module is judged for itself.
PROBE = """
import importlib, json, sys
modules, heavy = json.loads(sys.argv[1]), set(json.loads(sys.argv[2]))
found = []
for module in modules:
    importlib.import_module(module)
    loaded = sorted(heavy & set(sys.modules))
    if loaded:
        found.append([module, loaded])
        for name in list(sys.modules):
            if name.partition(".")[0] in heavy | {"app"}:
                del sys.modules[name]
print(json.dumps(found))
"""


def pure_modules(house: House) -> list[str]:
    """Dotted names of every module that has to stay pure."""
    paths = [path for name in PURE_FILES for _, path in house.modules_of(name)]
    for room in PURE_ROOMS:
        if (house.app / f"{room}.py").is_file():
            paths.append(house.app / f"{room}.py")
        paths += house.files(".py", under=f"app/{room}")
    dotted = [
        house.place(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in paths
    ]
    return sorted(dotted)


def heavy_pure_modules(root: Path) -> list[Violation]:
    """Pure modules whose import loads a heavy package, directly or through anything that they import."""
    house = House(root)
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(pure_modules(house)), json.dumps(HEAVY)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if answer.returncode:
        return [Violation("app", 0, answer.stderr, "every pure module must be importable by itself")]
    return [
        Violation(
            house.module_file(module),
            1,
            f"importing it loads {', '.join(loaded)}",
            "take values as arguments",
        )
        for module, loaded in json.loads(answer.stdout)
    ]
