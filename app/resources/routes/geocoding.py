"""Looking up where an address lies, in the lists of towns that this installation holds.

No address leaves the machine. It comes in the body of a POST, so that it stands in no address line and in no log.
"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.resources.engine.placing import found_words, list_source
from app.resources.forms.geocoding import AddressForm
from app.resources.policies import KEEPERS
from app.resources.queries.geocoding import find_place_of_address
from app.web.transaction import session

blueprint = Blueprint("resources_geocoding", __name__)


@blueprint.post("/resources/place-of-address")
@requires(*KEEPERS)
def find_place() -> ResponseReturnValue:
    """Answer with the point of the town in an address, or with the reason why there is none, for the map of the form."""
    form = AddressForm()
    if not form.validate():
        return jsonify(said="住所を入れてから、もう一度押してください。", lat=None, lon=None)
    found = find_place_of_address(
        session(),
        form.address.data or "",
        municipality_code=form.municipality.data or "",
        scope=current_actor().scope,
    )
    if found.point is None:
        return jsonify(said=found_words(found), lat=None, lon=None)
    return jsonify(
        said=found_words(found),
        lat=found.point.lat,
        lon=found.point.lon,
        precision=found.precision.value,
        source=list_source(found),
    )
