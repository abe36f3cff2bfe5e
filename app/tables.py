"""Every table of the product: importing this module maps them all, for migrations and for a complete metadata."""

from __future__ import annotations

from app.accounts import models as accounts
from app.areas import models as areas
from app.audit import models as audit
from app.cases import models as cases
from app.db.base import Base
from app.development import models as development
from app.followup import models as followup
from app.jobs import models as jobs
from app.matching import models as matching
from app.outbox import models as outbox
from app.people import models as people
from app.planning import models as planning
from app.resources import models as resources

MODULES = (
    audit,
    accounts,
    jobs,
    outbox,
    areas,
    resources,
    people,
    cases,
    development,
    matching,
    followup,
    planning,
)
"""The modules that declare tables, from the lowest slice up."""

METADATA = Base.metadata
