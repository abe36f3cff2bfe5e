"""Kinds and resources; hosts, openings and seats; what was changed in them; notes from the field."""

from __future__ import annotations

from app.resources.models.catalogue import Resource, ResourceKind, ServiceArea
from app.resources.models.fieldwork import FieldNote, FieldPhoto, KeeperArea
from app.resources.models.history import Change
from app.resources.models.hosts import Host, Opening, OpeningSlot, Reservation

__all__ = [
    "Change",
    "FieldNote",
    "FieldPhoto",
    "Host",
    "KeeperArea",
    "Opening",
    "OpeningSlot",
    "Reservation",
    "Resource",
    "ResourceKind",
    "ServiceArea",
]
