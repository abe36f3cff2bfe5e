"""The pages of taking part: its start, stages and end; visits and planned contacts; what it adds to other pages."""

from app.followup.routes import placements, visits
from app.followup.routes.blueprint import blueprint
from app.followup.routes.slots import (
    render_case_actions,
    render_case_promise,
    render_case_sections,
    render_outreach,
    render_proposal_actions,
    render_today,
)

__all__ = [
    "blueprint",
    "placements",
    "render_case_actions",
    "render_case_promise",
    "render_case_sections",
    "render_outreach",
    "render_proposal_actions",
    "render_today",
    "visits",
]
