"""Fixtures of the architecture tests."""

from pathlib import Path

import pytest

from tests.architecture.injection import Copy, copy_house


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy of the house to inject something into."""
    return copy_house(tmp_path)
