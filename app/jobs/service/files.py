"""The file of a job: put away in parts, and read as a stream that holds one of them at a time."""

from __future__ import annotations

from io import BufferedReader, RawIOBase
from os import SEEK_CUR, SEEK_END, SEEK_SET
from typing import TYPE_CHECKING, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Scope
from app.db.database import Database
from app.jobs import queries
from app.jobs.models import Job, JobPart
from app.jobs.vocabulary import PART_SIZE, LeaseLost

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def keep_file(session: Session, *, job: Job, data: bytes, by: Actor) -> None:
    """Put the file of a new job away."""
    for number, begins in enumerate(range(0, len(data), PART_SIZE)):
        part = JobPart(
            job_id=job.id,
            number=number,
            created_by=by.account_id,
            data=data[begins : begins + PART_SIZE],
        )
        session.add(part)
        session.flush()
        session.expunge(part)


def drop_parts(session: Session, *, which: sa.ColumnElement[bool], by: Actor) -> None:
    """Delete the parts for which `which` holds. The job says besides that it has no file any more."""
    session.execute(
        sa.delete(JobPart).where(which).execution_options(scope=by.scope, synchronize_session=False)
    )


class JobFile:
    """The file of a job, as a `Stored` of `app.text.tables`. It may be opened as often as one likes."""

    def __init__(self, database: Database, job_id: int, size: int, *, scope: Scope) -> None:
        self._database, self._job_id, self._scope = database, job_id, scope
        self.size = size

    def open(self) -> BinaryIO:
        """Return a stream at the beginning of the file. Reading raises `LeaseLost` when the file is gone."""
        return BufferedReader(_Parts(self), PART_SIZE)

    def read_part(self, number: int) -> bytes:
        """Return one part, read in a short transaction of its own."""
        with self._database.reading(self._scope) as session:
            data = queries.find_part(session, self._job_id, number, scope=self._scope)
        if data is None:
            raise LeaseLost(f"the file of job {self._job_id}")
        return data


class _Parts(RawIOBase):
    """The bytes of a file whose parts are asked for when their turn comes."""

    def __init__(self, file: JobFile) -> None:
        self._file, self._place = file, 0
        self._number, self._part = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        place = offset + {SEEK_SET: 0, SEEK_CUR: self._place, SEEK_END: self._file.size}[whence]
        if place < 0:
            # What a file on the disk says as well; readers of archives look for it.
            raise OSError(22, "Invalid argument")
        self._place = place
        return place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self._place >= self._file.size:
            return 0
        number, begins = divmod(self._place, PART_SIZE)
        if number != self._number:
            self._number, self._part = number, self._file.read_part(number)
        with memoryview(buffer) as view, view.cast("B") as target:
            found = self._part[begins : begins + len(target)]
            target[: len(found)] = found
        self._place += len(found)
        return len(found)
