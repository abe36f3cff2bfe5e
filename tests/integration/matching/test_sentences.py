"""What the matcher says stands in a document that people read: it says today what it said when it was read."""

from __future__ import annotations

from app.config import ROOT
from app.matching.vocabulary import PartId, RuleId
from scripts.sentences import PART_SOURCES, RULE_SOURCES, document


def test_the_document_holds_what_the_matcher_says_today() -> None:
    written = (ROOT / "docs/matcher-sentences.md").read_text("utf-8")
    assert document() == written, "write it anew as its head says, and read what has changed"


def test_every_rule_and_every_part_says_where_its_values_stand() -> None:
    assert set(RULE_SOURCES) == set(RuleId)
    assert set(PART_SOURCES) == set(PartId)
