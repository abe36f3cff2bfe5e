"""What is said of a visit and what is taken over from before, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.followup.vocabulary.words import (
    Attendance,
    Cause,
    EndReason,
    Means,
    Met,
    Mood,
    SharingBasis,
    Stage,
)


@dataclass(frozen=True)
class VisitNote:
    """What is said of a visit. Sealed."""

    met: tuple[Met, ...] = ()
    person_mood: Mood | None = None
    host_mood: Mood | None = None
    text: str = ""
    # The promise in words, where one was written beside its day.
    promise: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The note as it is sealed."""
        return {
            "met": [met.value for met in self.met],
            "person_mood": self.person_mood,
            "host_mood": self.host_mood,
            "text": self.text,
            "promise": self.promise,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> VisitNote:
        """Read a sealed note."""
        person, host = document["person_mood"], document["host_mood"]
        return cls(
            met=tuple(Met(met) for met in document["met"]),
            person_mood=Mood(person) if person else None,
            host_mood=Mood(host) if host else None,
            text=document["text"],
            promise=document["promise"],
        )

    @property
    def excerpt(self) -> str:
        """The beginning of the text, for lists."""
        line = " ".join(self.text.split())
        return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


_EXCERPT: Final = 48


@dataclass(frozen=True)
class VisitFacts:
    """All that somebody says of a visit: what is counted, and what is sealed."""

    happened_on: date
    means: Means
    note: VisitNote
    attendance: Attendance | None = None
    # None leaves it to the consent that runs on that day.
    sharing_basis: SharingBasis | None = None
    next_on: date | None = None


@dataclass(frozen=True)
class VisitVersion:
    """A visit as it was written down once. The last one is what counts, the ones before stay readable."""

    happened_on: date
    means: Means
    attendance: Attendance | None
    sharing_basis: SharingBasis
    next_on: date | None
    note: VisitNote
    recorded_at: datetime

    @property
    def document(self) -> dict[str, Any]:
        """The version as it is kept, sealed, beside the one that follows it."""
        return {
            "happened_on": self.happened_on.isoformat(),
            "means": self.means.value,
            "attendance": self.attendance.value if self.attendance else None,
            "sharing_basis": self.sharing_basis.value,
            "next_on": self.next_on.isoformat() if self.next_on else None,
            "note": self.note.document,
            "recorded_at": self.recorded_at.isoformat(),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> VisitVersion:
        """Read a version that was kept."""
        attendance, next_on = document["attendance"], document["next_on"]
        return cls(
            happened_on=date.fromisoformat(document["happened_on"]),
            means=Means(document["means"]),
            attendance=Attendance(attendance) if attendance else None,
            sharing_basis=SharingBasis(document["sharing_basis"]),
            next_on=date.fromisoformat(next_on) if next_on else None,
            note=VisitNote.from_document(document["note"]),
            recorded_at=datetime.fromisoformat(document["recorded_at"]),
        )


@dataclass(frozen=True)
class PastStep:
    """One step of a placement that was taken before the product knew of it."""

    stage: Stage
    happened_on: date
    recorded_by: int | None = None


@dataclass(frozen=True)
class PastPlacement:
    """A placement as it went, for taking over what was written elsewhere. Its steps are in their order."""

    case_id: str
    resource_id: int
    basis_id: str
    steps: tuple[PastStep, ...]
    owner_id: int
    opening_id: int | None = None
    # Seats that are in use now; an ended placement has none.
    slot_ids: tuple[int, ...] = ()
    end_reason: EndReason | None = None
    end_cause: Cause | None = None


@dataclass(frozen=True)
class PastVisit:
    """A visit that was written down elsewhere."""

    case_id: str
    author_id: int
    facts: VisitFacts
    recorded_at: datetime
    placement_id: str | None = None
