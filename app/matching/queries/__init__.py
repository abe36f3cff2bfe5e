"""Reading needs and proposals. `scope` is whoever asks and stands in each statement beside the filter of the session."""

from app.matching.queries.matches import (
    get_match,
    list_places_to_avoid,
)
from app.matching.queries.needs import (
    COSTS_PAGE,
    NeedFacts,
    NeedView,
    count_costs_noted,
    find_need,
    get_facts,
    list_need_versions,
)
from app.matching.queries.proposals import (
    DueProposal,
    ProposalView,
    StepView,
    find_running_proposal,
    get_locked_proposal,
    get_proposal,
    get_proposal_view,
    list_due_proposals,
    list_lapsed_ids,
    list_proposals,
    list_running,
)
from app.matching.queries.rule_sets import (
    RuleSetView,
    find_rule_set,
    get_current_rule_set,
    get_town_rules,
    list_rule_sets,
)
from app.matching.queries.standing import Standing, get_standing
from app.matching.queries.words import WordTableFacts, find_word_table_facts, get_idf

__all__ = [
    "COSTS_PAGE",
    "DueProposal",
    "NeedFacts",
    "NeedView",
    "ProposalView",
    "RuleSetView",
    "Standing",
    "StepView",
    "WordTableFacts",
    "count_costs_noted",
    "find_need",
    "find_rule_set",
    "find_running_proposal",
    "find_word_table_facts",
    "get_current_rule_set",
    "get_facts",
    "get_idf",
    "get_locked_proposal",
    "get_match",
    "get_proposal",
    "get_proposal_view",
    "get_standing",
    "get_town_rules",
    "list_due_proposals",
    "list_lapsed_ids",
    "list_need_versions",
    "list_places_to_avoid",
    "list_proposals",
    "list_rule_sets",
    "list_running",
]
