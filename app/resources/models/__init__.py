"""Kinds and resources; hosts, openings and seats; what was changed in them; notes from the field; what files and searches leave."""

from __future__ import annotations

from app.resources.models.catalogue import Resource, ResourceKind, ServiceArea
from app.resources.models.exchange import DistinctPair, ImportMapping, ResourceAlias
from app.resources.models.fieldwork import FieldNote, FieldPhoto, KeeperArea
from app.resources.models.history import Change
from app.resources.models.hosts import Host, Opening, OpeningSlot, Reservation
from app.resources.models.searches import SavedSearch

__all__ = [
    "Change",
    "DistinctPair",
    "FieldNote",
    "FieldPhoto",
    "Host",
    "ImportMapping",
    "KeeperArea",
    "Opening",
    "OpeningSlot",
    "Reservation",
    "Resource",
    "ResourceAlias",
    "ResourceKind",
    "SavedSearch",
    "ServiceArea",
]
