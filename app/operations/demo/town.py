"""The whole demo town, in the order in which its parts rest on each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.matching.service.words import freeze_first_words
from app.operations.demo.accounts import seed_accounts
from app.operations.demo.development import seed_development
from app.operations.demo.fieldwork import seed_fieldwork
from app.operations.demo.files import TownFiles
from app.operations.demo.hosts import seed_hosts
from app.operations.demo.lives import SeededCase, Workers, seed_cases
from app.operations.demo.needs import seed_needs
from app.operations.demo.places import seed_catalogue, seed_ground
from app.operations.demo.records import seed_records
from app.operations.demo.steps import Step
from app.planning.service import make_release
from app.resources.queries.openings import get_ids_by_published_id


def seed_town(session: Session, *, at: datetime) -> Iterator[Step]:
    """Fill an empty database with the demo town, yielding after each piece."""
    files, by = TownFiles(today=at.date()), Actor.system("seeding the demo town")
    yield from seed_accounts(session, files, by=by, at=at)
    yield from seed_ground(session, files, by=by, at=at)
    yield from seed_catalogue(session, files, by=by, at=at)
    resources = get_ids_by_published_id(session, municipality_code=files.municipality_code, scope=by.scope)
    yield from seed_hosts(session, files, resources, by=by, at=at)
    workers, cases = Workers(session, by, on=at.date()), dict[str, SeededCase]()
    yield from seed_cases(session, files, workers, cases, by=by, at=at)
    freeze_first_words(session, by=by, at=at)
    yield Step("ことばの重み", 1, 1)
    yield from seed_needs(session, files, cases, at=at)
    yield from seed_records(session, files, resources, workers, cases, by=by, at=at)
    yield from seed_development(session, resources, workers, by=by, at=at)
    yield from seed_fieldwork(session, resources, workers, by=by, at=at)
    make_release(session, scope=by.scope, at=at, by=by)
    yield Step("集計", 1, 1)
