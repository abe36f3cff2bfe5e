"""Kinds and resources; hosts, openings and seats; and what was changed in them."""

from __future__ import annotations

from app.resources.models.catalogue import Resource, ResourceKind, ServiceArea
from app.resources.models.history import Change
from app.resources.models.hosts import Host, Opening, OpeningSlot, Reservation

__all__ = [
    "Change",
    "Host",
    "Opening",
    "OpeningSlot",
    "Reservation",
    "Resource",
    "ResourceKind",
    "ServiceArea",
]
