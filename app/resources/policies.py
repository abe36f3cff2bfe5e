"""Who may do what with the catalogue."""

from __future__ import annotations

from typing import Final

from app.accounts.vocabulary import Role

KEEPERS: Final = frozenset({Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER})
"""Roles that keep the catalogue."""
