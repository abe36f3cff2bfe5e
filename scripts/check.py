"""Everything that has to hold before a commit: lint, format, types, import contracts and tests.

All steps run even when one fails, so that one run shows everything there is to mend.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Step:
    """One tool and how it is called."""

    title: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """How a step ended."""

    title: str
    passed: bool
    seconds: float

    def __str__(self) -> str:
        return f"{'ok    ' if self.passed else 'FAILED'}  {self.title}  ({self.seconds:.1f} s)"


def beside_python(tool: str) -> str:
    """The tool of the environment that runs this script, whatever the PATH says."""
    return shutil.which(tool, path=str(Path(sys.executable).parent)) or tool


LINT = (
    Step("ruff check", (sys.executable, "-m", "ruff", "check", "--quiet")),
    Step("ruff format --check", (sys.executable, "-m", "ruff", "format", "--check", "--quiet")),
    Step("mypy", (sys.executable, "-m", "mypy")),
    Step("lint-imports", (beside_python("lint-imports"), "--no-logo")),
)
TESTS = Step(
    "pytest", (sys.executable, "-m", "pytest", "--quiet", "--numprocesses", "auto", "--dist", "worksteal")
)


def run_step(step: Step) -> Result:
    """Run a step with its output on ours, so that it is seen while it comes."""
    print(f"\n── {step.title} ──", flush=True)
    start = time.monotonic()
    try:
        status = subprocess.run(step.command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    except FileNotFoundError as missing:
        print(missing, flush=True)
        status = 1
    result = Result(step.title, status == 0, time.monotonic() - start)
    print(f"── {result}", flush=True)
    return result


def check(steps: Sequence[Step]) -> int:
    """Run all steps, sum up, and return the exit status."""
    results = [run_step(step) for step in steps]
    print("\n── summary ──")
    for result in results:
        print(result)
    return 0 if all(result.passed for result in results) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lint", action="store_true", help="everything but the tests")
    options = parser.parse_args(arguments)
    return check(LINT if options.lint else (*LINT, TESTS))


if __name__ == "__main__":
    sys.exit(main())
