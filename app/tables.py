"""Every table of the product: importing this module maps them all, for migrations and for a complete metadata."""

from __future__ import annotations

from app.accounts import models as accounts
from app.areas import models as areas
from app.audit import models as audit
from app.db.base import Base
from app.resources import models as resources

MODULES = (audit, accounts, areas, resources)
"""The modules that declare tables, from the lowest slice up."""

METADATA = Base.metadata
