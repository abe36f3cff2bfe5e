"""What is done with needs and proposals. Nothing here commits; each function checks who acts and writes the log.

`avoided` is `queries.list_places_to_avoid` with what the slices above add, asked of a session of the product: whom the
person must not meet may belong to another team, whose rows the worker's session does not reach. It has no default, so
that nobody forgets it.
"""

from app.matching.service.leads import open_lead
from app.matching.service.needs import add_need, answer_question, record_candidates_read, write_need
from app.matching.service.proposals import close_proposal, expire_proposals, move_proposal, propose_place

__all__ = [
    "add_need",
    "answer_question",
    "close_proposal",
    "expire_proposals",
    "move_proposal",
    "open_lead",
    "propose_place",
    "record_candidates_read",
    "write_need",
]
