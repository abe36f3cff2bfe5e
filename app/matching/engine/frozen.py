"""What stays the same until it gets another version, so that a place that is added changes nobody's order."""

from __future__ import annotations

from typing import Final

SEED: Final = 20261101
"""Where two places are equal, a hash of this, the person and the place says which stands first."""
