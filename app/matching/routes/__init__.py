"""The pages of matching: the need, the candidates, proposals; what it adds to other pages."""

from app.matching.routes import candidates, needs, proposals
from app.matching.routes.blueprint import avoid_also, blueprint
from app.matching.routes.slots import render_case_sections, render_today

__all__ = [
    "avoid_also",
    "blueprint",
    "candidates",
    "needs",
    "proposals",
    "render_case_sections",
    "render_today",
]
