"""The pages of matching: the need, the candidates, proposals; what it adds to other pages."""

from app.matching.routes import candidates, leads, needs, paper, proposals, rule_sets, weeks
from app.matching.routes.blueprint import avoid_also, blueprint
from app.matching.routes.rule_sets import render_rules_today
from app.matching.routes.slots import render_case_sections, render_today

__all__ = [
    "avoid_also",
    "blueprint",
    "candidates",
    "leads",
    "needs",
    "paper",
    "proposals",
    "render_case_sections",
    "render_rules_today",
    "render_today",
    "rule_sets",
    "weeks",
]
