"""The import-linter contracts of pyproject.toml, run on any tree that has an `app/` package."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.house import ROOT, House, Violation

# The entry point is called, not the script, so that the rule does not depend on a PATH.
RUN = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True, no_logo=True))"


def broken_contracts(root: Path) -> list[Violation]:
    """Each line that import-linter reports, under the id of the contract that it breaks."""
    answer = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=root,
        # The tree under test comes first; our contract types come from this checkout. Wide, so that no line is folded.
        env=os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{ROOT}", "COLUMNS": "1000", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if answer.returncode == 0:
        return []
    return violations_in(answer.stdout, House(root)) or [
        Violation("pyproject.toml", 0, answer.stdout + answer.stderr, "mend the contracts: they did not run")
    ]


def violations_in(report: str, house: House) -> list[Violation]:
    """The imports and undeclared modules in a report, each with its contract."""
    found: list[Violation] = []
    guidance = {
        name: contract.get("broken_contract_guidance", "") for name, contract in house.contracts.items()
    }
    contract_of = {contract["name"]: name for name, contract in house.contracts.items()}
    contract = ""
    for line in report.partition("Broken contracts")[2].splitlines():
        contract = contract_of.get(line.strip(), contract)
        match = re.match(r"\s*(?:[-&]\s*)?(app\S*(?: -> \S+)?)(?: \((l\.[^)]*)\))?$", line)
        if match and contract:
            number = re.search(r"\d+", match[2] or "")
            where = house.module_file(match[1].partition(" ")[0])
            what = f"[{contract}] {match[1]}"
            found.append(Violation(where, int(number[0]) if number else 0, what, guidance[contract]))
        elif contract and re.match(r"- \.\w+ -> \.\w+", line.strip()):
            found.append(Violation("app", 0, f"[{contract}] {line.strip(' -')}", guidance[contract]))
    return found
