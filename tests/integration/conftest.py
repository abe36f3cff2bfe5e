"""Doing several things at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

InParallel = Callable[[int, Callable[[int], None]], None]


@pytest.fixture
def in_parallel() -> InParallel:
    """``in_parallel(6, act)``: call ``act`` with 0 to 5 in threads that begin together; the first error is raised."""

    def run(count: int, act: Callable[[int], None]) -> None:
        together, errors = threading.Barrier(count), []

        def begin(number: int) -> None:
            together.wait()
            try:
                act(number)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=begin, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    return run
