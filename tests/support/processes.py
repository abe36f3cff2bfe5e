"""The product as an operator runs it: the command ``tsunagi`` and the real server, each a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("tsunagi"))
_BARE = [
    *(sys.executable, "-m", "gunicorn", "app.wsgi:app", "--no-control-socket"),
    *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
]
_PATIENCE_S = 30


def run_tsunagi(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, with no setting but these."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=_clean(environment),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Server:
    """A server in a process group of its own: ``tsunagi serve``, or a bare one that starts faster.

    Leaving the ``with`` block stops it.
    """

    def __init__(self, environment: Mapping[str, str], *arguments: str, bare: bool = False) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = _clean({**environment, "PORT": str(self.port)})
        self._command = (
            [*_BARE, "--bind", f"127.0.0.1:{self.port}"] if bare else [COMMAND, "serve", *arguments]
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        """Start and wait until it answers."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop as an operator does."""
        self._end(signal.SIGTERM)

    def start(self) -> None:
        """Start, and return once the health page answers."""
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            ended = self._process.poll()
            if ended is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server did not start (exit {ended})")
            time.sleep(0.02)

    def kill(self) -> None:
        """End master and workers at once, as the kernel or a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        self._process.wait(_PATIENCE_S)
        # The master is gone; the group is empty once its workers are gone too.
        deadline = time.monotonic() + _PATIENCE_S
        with suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.killpg(self._process.pid, 0)
                time.sleep(0.01)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    """What a shell has besides settings of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONUTF8": "1", **environment}
