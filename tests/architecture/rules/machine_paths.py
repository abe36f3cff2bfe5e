"""No committed file names a folder of the machine that it was written on."""

import re
import subprocess
from pathlib import Path

from tests.architecture.house import Violation

# Put together from parts, so that this file does not name such a folder itself.
FOLDERS = ("root", "work", r"home/\w+", r"Users/\w+", r"tmp/\w[\w.-]*")
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}<-])/(?:" + "|".join(FOLDERS) + ")/")


def machine_paths(root: Path) -> list[Violation]:
    """Lines with an absolute path of a home, a checkout or a scratch folder."""
    found: list[Violation] = []
    for path in committed_files(root):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            Violation(
                path.relative_to(root).as_posix(),
                number,
                f"names {match[0]}",
                "use a relative path or a setting",
            )
            for number, line in enumerate(lines, start=1)
            for match in MACHINE_PATH.finditer(line)
        ]
    return found


def committed_files(root: Path) -> list[Path]:
    """Files that git keeps or would keep; without git, everything but hidden folders."""
    answer = subprocess.run(
        [
            "git",
            "-c",
            f"safe.directory={root}",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode == 0:
        paths = [root / name for name in answer.stdout.split("\0") if name]
    else:
        paths = [
            path
            for path in root.rglob("*")
            if not any(part.startswith(".") for part in path.relative_to(root).parts)
        ]
    return sorted(path for path in paths if path.is_file())
