"""A town that grows: of everything that a page may list there is more, and a key for every address."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.followup.vocabulary import Met
from app.resources.exchange.checking import Options
from app.resources.models import Resource
from app.resources.service.batches import Batch
from app.resources.service.hosts import invite_host
from app.resources.service.import_jobs import queue_preview
from app.resources.vocabulary import ChangeCause
from tests.factories import development
from tests.factories.cases import make_case
from tests.factories.fieldwork import make_note as make_field_note
from tests.factories.followup import add_basis, facts, log, make_place, planned, start
from tests.factories.needs import make_cafe, propose, write_need
from tests.factories.outbox import make_notice, queue, queue_letter
from tests.factories.resources import make_district, make_kind, make_resource, make_town
from tests.support.accounts import make_account

BY = Actor.system("test")
FILE = "種別,名称,住所\n居場所,試験の場所,試験町1-1\n".encode()

# A file of figures has to be told of which layer.
ASKED = {"planning.export_districts": "?show=in_support"}


class Town:
    """A town that grows: in every list there is more of everything."""

    def __init__(self, database: Database, worker: Actor) -> None:
        self._database, self._worker = database, worker
        self._size = 0
        self.district = make_district(database, "北部")
        self.keys: dict[str, object] = {"area_id": self.district}

    def grow(self, size: int) -> None:
        """Bring the town to this size; the keys stay those of the first of everything."""
        while self._size < size:
            self._size += 1
            for name, key in self._one_more(self._size).items():
                self.keys.setdefault(name, key)

    def _one_more(self, number: int) -> dict[str, object]:
        database, worker = self._database, self._worker
        make_town(database, f"{number}番町", lon=136.9 + number / 1000, district="北部")
        account = make_account(database, Role.CSW)
        place = make_place(database)
        cafe = make_cafe(database, f"カフェ{number}")
        case = self._case()
        write_need(database, case, worker)
        first = self.keys.setdefault("first case", case)
        assert isinstance(first, Case)
        placement_id = start(database, first, worker, place=place, starts_on=today() - timedelta(days=7))
        visit_id = log(database, first, worker, facts(Met.PERSON), placement_id=placement_id)
        proposal_id = propose(database, first, worker, cafe)
        with database.writing(BY.scope) as session:
            job_id = queue_preview(
                session,
                data=FILE,
                name=f"{number}.csv",
                options=Options(),
                all_or_nothing=False,
                by=worker,
                at=now(),
            )
            hosts_token = invite_host(session, host_id=number, by=BY, at=now())
        queue(database, make_notice(worker.account_id or 0))
        return {
            "delivery_id": queue_letter(database),
            "case_id": first.id,
            "account_id": account.id,
            "resource_id": make_resource(database, name=f"場{number}"),
            "kind_id": make_kind(database, f"種別{number}"),
            "batch": self._step(number),
            "placement_id": placement_id,
            "touchpoint_id": planned(database, first, worker)[0].id,
            "visit_id": visit_id,
            "proposal_id": proposal_id,
            "job_id": job_id,
            "token": hosts_token,
            "host_id": number,
            "opening_id": place.opening_id,
            "lead_id": development.make_lead(database, worker, f"店{number}", next_on=today()),
            "offer_id": development.make_offer(database),
            "helper_id": development.make_helper(database, worker),
            "notice_id": development.make_notice(database),
            "note_id": make_field_note(database, worker, with_photo=True, resource_id=place.resource_id),
        }

    def _step(self, number: int) -> str:
        """A step over all places that there are."""
        with self._database.writing(BY.scope) as session:
            batch = Batch(session, ChangeCause.BULK, by=BY, at=now())
            for place in session.query(Resource).all():
                batch.change(place, {"fee": f"{number}円"})
            return batch.id

    def _case(self) -> Case:
        case = make_case(self._database, self._worker)
        add_basis(self._database, case, self._worker)
        return case


def addresses_of(app: Flask, keys: dict[str, object]) -> dict[str, str]:
    """Every page that can be opened with the keys of the town, by endpoint."""
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and set(rule.arguments) <= set(keys):
            values = {name: keys[name] for name in rule.arguments}
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
            found[rule.endpoint] = address + ASKED.get(rule.endpoint, "")
    return found
