"""Work that takes a processor for seconds, such as files and papers of the whole catalogue: a few pieces at once.

Anybody may ask for it, so without a limit a handful of requests would stop the town's work. Visitors and those who are
signed in have turns of their own: a flood at the open door shuts nobody inside out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from app.web.errors import Busy

AT_ONCE: Final = 2
"""So many pieces of each side a process works at; it has more threads than that."""

WAIT_SECONDS: Final = 1.0
"""So long somebody waits for a turn: nearly all of the work is done by then, and a thread is not held for longer."""

_RETRY_SECONDS: Final = 30

_VISITORS: Final = BoundedSemaphore(AT_ONCE)
_SIGNED_IN: Final = BoundedSemaphore(AT_ONCE)


@contextmanager
def heavy_work(*, is_signed_in: bool) -> Iterator[None]:
    """Hold a turn for as long as the work takes; raise `Busy` when none comes free."""
    turns = _SIGNED_IN if is_signed_in else _VISITORS
    if not turns.acquire(timeout=WAIT_SECONDS):
        raise Busy(_RETRY_SECONDS)
    try:
        yield
    finally:
        turns.release()
