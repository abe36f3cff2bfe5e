"""The pages of cases: lists, opening, the case itself, its person, its plans."""

from app.cases.routes import case, lists, opening, person, plans
from app.cases.routes.blueprint import blueprint

__all__ = ["blueprint", "case", "lists", "opening", "person", "plans"]
