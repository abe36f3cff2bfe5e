"""Who does which jobs: the handlers of all slices, for the server and for `tsunagi jobs work`."""

from __future__ import annotations

from typing import Final

from app.jobs.service.working import Handler
from app.matching.service import lapsing
from app.resources.service import import_jobs

HANDLERS: Final[dict[str, Handler]] = {**import_jobs.HANDLERS, **lapsing.HANDLERS}
