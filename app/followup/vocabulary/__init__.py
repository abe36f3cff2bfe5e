"""Words of taking part, contacts and visits, and what is made of them."""

from app.followup.vocabulary.records import (
    PastPlacement,
    PastStep,
    PastVisit,
    VisitFacts,
    VisitNote,
    VisitVersion,
)
from app.followup.vocabulary.words import (
    CONTACT_DAYS,
    FAREWELL_AFTER,
    Attendance,
    Cause,
    EndReason,
    Means,
    Met,
    Mood,
    MoveReason,
    Occasion,
    Party,
    Promise,
    SharingBasis,
    Stage,
)

__all__ = [
    "CONTACT_DAYS",
    "FAREWELL_AFTER",
    "Attendance",
    "Cause",
    "EndReason",
    "Means",
    "Met",
    "Mood",
    "MoveReason",
    "Occasion",
    "Party",
    "PastPlacement",
    "PastStep",
    "PastVisit",
    "Promise",
    "SharingBasis",
    "Stage",
    "VisitFacts",
    "VisitNote",
    "VisitVersion",
]
