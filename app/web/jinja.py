"""Templates: an unknown name raises, everything is escaped, and the kit's words are known everywhere."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

from app.web import formats, slots
from app.web.assets import asset_url
from app.web.flashes import Tone, waiting_flashes
from app.web.icons import drawing
from app.web.navigation import navigation
from app.web.paging import url_with
from app.web.slots import slot

TEMPLATE_ROOT = Path(__file__).resolve().parent / "templates"

# Said once, so that the name on the page, in the title and in the tests is one.
PRODUCT = "つなぎ"


def install_templates(app: Flask) -> None:
    """Make the kit's templates, filters and globals known to an app, and declare the slots of its layout."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    # The kit stands behind the app's own loader: a slice cannot overwrite a macro by accident, because the
    # architecture gives each slice a template folder of its own name.
    own = [environment.loader] if environment.loader is not None else []
    environment.loader = ChoiceLoader([*own, FileSystemLoader(TEMPLATE_ROOT)])
    environment.filters.update(formats.FILTERS)
    environment.globals.update(
        asset_url=asset_url,
        drawing=drawing,
        navigation=navigation,
        product=PRODUCT,
        slot=slot,
        Tone=Tone,
        url_with=url_with,
        waiting_flashes=waiting_flashes,
    )
    slots.declare(app, slots.LAYOUT_SLOTS)
