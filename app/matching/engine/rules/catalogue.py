"""All rules in one order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.matching.engine.profile import NeedProfile
from app.matching.engine.rules.host import HOST_RULES
from app.matching.engine.rules.last_bus import LAST_BUS
from app.matching.engine.rules.person import PERSON_RULES
from app.matching.engine.rules.programme import PROGRAMME_RULES
from app.matching.engine.rules.rule import Rule
from app.matching.engine.rules.support import SUPPORT_RULES
from app.matching.vocabulary import RuleId

RULES: Final[tuple[Rule, ...]] = (*PERSON_RULES, LAST_BUS, *SUPPORT_RULES, *HOST_RULES, *PROGRAMME_RULES)
ALWAYS_ASKED: Final = frozenset(rule.id for rule in RULES if rule.is_asked(NeedProfile(person_key="")))
"""Rules that are asked of every place, whatever somebody wishes."""

RULE_BY_ID: Final[Mapping[RuleId, Rule]] = MappingProxyType({rule.id: rule for rule in RULES})
