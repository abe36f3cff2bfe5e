"""A town that grows: of everything that a page may list there is more, and a key for every address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from flask import Flask

from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.clock import now, today
from app.db.database import Database
from app.followup.vocabulary import Met
from app.jobs.service.working import Worker
from app.matching.engine.rule_set import DEFAULT_RULES
from app.matching.service.rule_sets import write_rules
from app.resources.exchange.checking import Options
from app.resources.exchange.hsds import ids
from app.resources.exchange.hsds.facts import Taxonomy, fact_terms
from app.resources.models import Resource, SavedSearch
from app.resources.service import import_jobs
from app.resources.service.batches import Batch
from app.resources.service.hosts import invite_host
from app.resources.vocabulary import ChangeCause
from tests.factories import development
from tests.factories.cases import make_case
from tests.factories.fieldwork import make_note as make_field_note
from tests.factories.followup import add_basis, facts, log, make_place, planned, start
from tests.factories.needs import make_cafe, propose, write_need
from tests.factories.outbox import make_notice, queue, queue_letter
from tests.factories.resources import MUNICIPALITY, make_district, make_kind, make_resource, make_town
from tests.support.accounts import make_account

BY = Actor.system("test")
FILE = "種別,名称,住所\n居場所,試験の場所,試験町1-1\n".encode()

# A file of figures has to be told of which layer, and a sheet of paper of which area: the district is the first.
ASKED = {
    "planning.export_districts": "?show=in_support",
    "resources_public.list_places": "?area=1&day=mon&purpose=talk",
    "resources_public.show_map": "?area=1",
    "resources_public.show_paper": "?area=1",
}


class Town:
    """A town that grows: in every list there is more of everything."""

    def __init__(self, database: Database, worker: Actor) -> None:
        self._database, self._worker = database, worker
        self._size = 0
        self.district = make_district(database, "北部")
        self.keys: dict[str, object] = {"area_id": self.district, "layout": "template", "file": "csv"}

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
            job_id = import_jobs.queue_preview(
                session,
                data=FILE,
                name=f"{number}.csv",
                options=Options(),
                all_or_nothing=False,
                by=worker,
                at=now(),
            )
            hosts_token = invite_host(session, host_id=number, by=BY, at=now())
            decided = replace(DEFAULT_RULES, fresh_days=30 + number)
            write_rules(session, rules=decided, note="決めた", seen_version=number - 1, by=BY, at=now())
        if number == 1:
            # The first file is as far as its preview, of which every page can be opened.
            Worker(database, import_jobs.HANDLERS).run_all()
        queue(database, make_notice(worker.account_id or 0))
        self._keep_search(number)
        return {
            "delivery_id": queue_letter(database),
            "case_id": first.id,
            "account_id": account.id,
            **self._published(number),
            # The same place twice, for who looks at duplicates.
            "first_id": make_resource(database, name=f"ひだまり{number}", address=f"試験町{number}-1"),
            "second_id": make_resource(database, name=f"ひだまり{number}", address=f"試験町{number}-1"),
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

    def _published(self, number: int) -> dict[str, object]:
        """An entry with the identifiers under which the open catalogue has it."""
        name, operator = f"場{number}", f"運営{number}"
        key = make_resource(self._database, name=name, operator=operator, address=f"{number}番町1")
        with self._database.reading(BY.scope) as session:
            row = session.get_one(Resource, key)
            outside = ids.offer_key(row.identity, row.id, row.created_at)
        return {
            "resource_id": key,
            "service_id": UUID(ids.service_id(outside)),
            "place_id": UUID(ids.at_location_id(outside)),
            "organization_id": UUID(ids.organization_id(operator, None, MUNICIPALITY)),
            "taxonomy_id": UUID(Taxonomy.KINDS.id),
            "term_id": UUID(fact_terms()["card"].id),
        }

    def _step(self, number: int) -> str:
        """A step over all places that there are."""
        with self._database.writing(BY.scope) as session:
            batch = Batch(session, ChangeCause.BULK, by=BY, at=now())
            for place in session.query(Resource).all():
                batch.change(place, {"fee": f"{number}円"})
            return batch.id

    def _keep_search(self, number: int) -> None:
        """A question with words of three characters, which takes most statements."""
        with self._database.writing(BY.scope) as session:
            session.add(
                SavedSearch(
                    account_id=self._worker.account_id,
                    name=f"条件{number}",
                    question="q=体操の会&seats=1&feel=quiet",
                    made_at=now(),
                    seen_at=now(),
                )
            )

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
