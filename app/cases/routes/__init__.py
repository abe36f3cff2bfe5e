"""The pages of cases: lists, opening, the case itself, its person, its plans."""

from app.cases.routes import area, case, lists, opening, person, plans
from app.cases.routes.blueprint import blueprint

__all__ = ["area", "blueprint", "case", "lists", "opening", "person", "plans"]
