"""The open catalogue in HSDS 3.0, for programs outside, and the page that tells of it. It holds what residents see, whoever fetches it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import public
from app.accounts.vocabulary import RESIDENTS
from app.resources.exchange.hsds import asking, attributes, description, documents, taxonomies
from app.resources.exchange.hsds.asking import Asked, AskedWrongly
from app.resources.exchange.hsds.facts import Document, Taxonomy
from app.resources.exchange.hsds.offers import Offer
from app.resources.queries import open_catalogue as queries
from app.resources.queries.open_catalogue import Operator
from app.web.answers import open_to_all
from app.web.transaction import OpenSession, database

blueprint = Blueprint("resources_hsds", __name__, template_folder="../templates")

T = TypeVar("T")

SECONDS: Final = 300
"""How long an answer may be kept: what is taken out of the catalogue is gone outside after that."""

_FILES: Final = (
    ("表（CSV）", "全部の場所をCSVで受け取る", "csv"),
    ("表（Excel）", "全部の場所をExcelで受け取る", "xlsx"),
    ("地図（GeoJSON）", "位置の分かる場所を地図のソフトの形で受け取る", "geojson"),
)
_OTHER_FILES: Final = "条件や様式をえらんで受け取る"
_ADDRESSES: Final = (
    ("はじめに", ".show_about"),
    ("説明（OpenAPI）", ".show_description"),
    ("場や支え", ".list_services"),
    ("運営者", ".list_organizations"),
    ("場所", ".list_places"),
    ("分類", ".list_taxonomies"),
    ("分類の言葉", ".list_terms"),
)
_WRONG: Final = "使えない条件があります。problemsを見て、直してください。"
_MISSING: Final = "この番号のものは公開していません。"


@blueprint.get("/open-data")
@public
def show_open_data() -> str:
    """Tell people what of the catalogue they may use elsewhere, and how they get it."""
    files = [
        (name, words, url_for("resources_exports.show_file", layout="template", file=file))
        for name, words, file in _FILES
    ]
    lists = [(label, url_for(endpoint, _external=True)) for label, endpoint in _ADDRESSES]
    return render_template(
        "resources/open_data/page.html",
        files=[*files, ("ほかの形", _OTHER_FILES, url_for("resources_exports.show_export"))],
        addresses=lists,
    )


def render_link() -> Markup:
    """Lead there from the foot of the catalogue."""
    return Markup(render_template("resources/open_data/link.html"))  # noqa: S704 -- escaped by the template


@blueprint.get("/hsds/")
@public
def show_about() -> ResponseReturnValue:
    """Say which version this is and where it is described."""
    return _answer(
        (),
        lambda _session, _asked: {
            "version": description.HSDS_VERSION,
            "profile": description.PROFILE,
            "openapi_url": url_for(".show_description", _external=True),
        },
    )


@blueprint.get("/hsds/openapi.json")
@public
def show_description() -> ResponseReturnValue:
    """Describe what is here in the words of OpenAPI."""
    server = url_for(".show_about", _external=True).rstrip("/")
    return _answer((), lambda _session, _asked: description.describe(server))


@blueprint.get("/hsds/services")
@public
def list_services() -> ResponseReturnValue:
    """A page of services."""

    def find(session: OpenSession, asked: Asked) -> Document:
        form = documents.service_summary
        if asked.full:
            form = documents.service_document
        elif asked.minimal:
            form = documents.service_minimal
        return _offers_page(session, asked, form)

    return _answer(asking.OF_SERVICES, find)


@blueprint.get("/hsds/services/<uuid:service_id>")
@public
def show_service(service_id: UUID) -> ResponseReturnValue:
    """One service with everything that belongs to it."""

    def find(session: OpenSession, _asked: Asked) -> Document | None:
        offer = queries.find_offer(session, str(service_id), scope=RESIDENTS)
        return None if offer is None else documents.service_document(offer)

    return _answer((), find)


@blueprint.get("/hsds/service_at_locations")
@public
def list_places() -> ResponseReturnValue:
    """A page of services at their places."""

    def find(session: OpenSession, asked: Asked) -> Document:
        form = documents.at_location_document if asked.full else documents.at_location_summary
        return _offers_page(session, asked, form, with_place=True)

    return _answer(asking.OF_PLACES, find)


@blueprint.get("/hsds/service_at_locations/<uuid:place_id>")
@public
def show_place(place_id: UUID) -> ResponseReturnValue:
    """One service at its place."""

    def find(session: OpenSession, _asked: Asked) -> Document | None:
        offer = queries.find_offer_at_location(session, str(place_id), scope=RESIDENTS)
        return None if offer is None else documents.at_location_document(offer)

    return _answer((), find)


@blueprint.get("/hsds/organizations")
@public
def list_organizations() -> ResponseReturnValue:
    """A page of those who run services."""

    def find(session: OpenSession, asked: Asked) -> Document:
        operators = queries.list_operators(session, words=asked.words, scope=RESIDENTS)
        chosen = _part_of(operators, asked)
        if not asked.full and not asked.full_service:
            found = [
                documents.organization_summary(each.name, each.corporate_number, each.municipality)
                for each in chosen
            ]
        else:
            found = _organizations(session, chosen, full_service=asked.full_service)
        return _page(found, len(operators), asked)

    return _answer(asking.OF_ORGANIZATIONS, find)


@blueprint.get("/hsds/organizations/<uuid:organization_id>")
@public
def show_organization(organization_id: UUID) -> ResponseReturnValue:
    """One of those who run services."""

    def find(session: OpenSession, asked: Asked) -> Document | None:
        operator = queries.find_operator(session, str(organization_id), scope=RESIDENTS)
        if operator is None:
            return None
        return _organizations(session, [operator], full_service=asked.full_service)[0]

    return _answer(asking.OF_ONE_ORGANIZATION, find)


@blueprint.get("/hsds/taxonomies")
@public
def list_taxonomies() -> ResponseReturnValue:
    """A page of taxonomies."""

    def find(_session: OpenSession, asked: Asked) -> Document:
        words = asked.words.casefold().split()
        found = [
            attributes.taxonomy_document(each)
            for each in Taxonomy
            if all(word in f"{each.label}{each.description}".casefold() for word in words)
        ]
        return _page(_part_of(found, asked), len(found), asked)

    return _answer(asking.OF_TAXONOMIES, find)


@blueprint.get("/hsds/taxonomies/<uuid:taxonomy_id>")
@public
def show_taxonomy(taxonomy_id: UUID) -> ResponseReturnValue:
    """One taxonomy."""

    def find(_session: OpenSession, _asked: Asked) -> Document | None:
        taxonomy = taxonomies.find_taxonomy(str(taxonomy_id))
        return None if taxonomy is None else attributes.taxonomy_document(taxonomy)

    return _answer((), find)


@blueprint.get("/hsds/taxonomy_terms")
@public
def list_terms() -> ResponseReturnValue:
    """A page of terms: those of the kinds only as far as a published entry has them."""

    def find(session: OpenSession, asked: Asked) -> Document:
        terms = taxonomies.narrow_terms(
            taxonomies.all_terms(queries.list_kinds_in_use(session, scope=RESIDENTS)),
            taxonomy_id=asked.taxonomy_id,
            parent_id=asked.parent_id,
            top_only=asked.top_only,
            words=asked.words,
        )
        return _page([attributes.term_document(term) for term in _part_of(terms, asked)], len(terms), asked)

    return _answer(asking.OF_TERMS, find)


@blueprint.get("/hsds/taxonomy_terms/<uuid:term_id>")
@public
def show_term(term_id: UUID) -> ResponseReturnValue:
    """One term with its taxonomy."""

    def find(session: OpenSession, _asked: Asked) -> Document | None:
        terms = taxonomies.all_terms(queries.list_kinds_in_use(session, scope=RESIDENTS))
        term = next((each for each in terms if each.id == str(term_id)), None)
        return None if term is None else attributes.term_document(term, with_taxonomy=True)

    return _answer((), find)


def _offers_page(
    session: OpenSession, asked: Asked, form: Callable[[Offer], Document], *, with_place: bool = False
) -> Document:
    found = queries.list_offers(session, asked, with_place=with_place, scope=RESIDENTS)
    return _page([form(offer) for offer in found.offers], found.total, asked)


def _organizations(
    session: OpenSession, operators: Sequence[Operator], *, full_service: bool
) -> list[Document]:
    offers = queries.list_offers_of(session, operators, scope=RESIDENTS)
    return [
        documents.organization_document(
            each.name,
            each.corporate_number,
            each.municipality,
            offers.get(each.id, ()),
            full_service=full_service,
        )
        for each in operators
    ]


def _part_of(found: Sequence[T], asked: Asked) -> Sequence[T]:
    return found[asked.first : asked.first + asked.per_page]


def _page(contents: Sequence[Document], total: int, asked: Asked) -> Document:
    return documents.page_document(list(contents), total=total, page=asked.page, per_page=asked.per_page)


def _answer(
    allowed: Collection[str], find: Callable[[OpenSession, Asked], Document | None]
) -> ResponseReturnValue:
    """Answer what was asked, in a session that sees what residents see."""
    try:
        asked = asking.read_asked(dict(request.args.lists()), allowed)
    except AskedWrongly as wrong:
        problems = [{"parameter": each.parameter, "message": each.message} for each in wrong.problems]
        return _json({"status": 400, "message": _WRONG, "problems": problems}, 400)
    with database().reading(RESIDENTS) as session:
        found = find(session, asked)
    if found is None:
        return _json({"status": 404, "message": _MISSING, "problems": []}, 404)
    response = _json(found, 200)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response


def _json(document: Any, status: int) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return open_to_all(Response(body, status=status, content_type="application/json; charset=utf-8"))
