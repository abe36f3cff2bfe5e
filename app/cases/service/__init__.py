"""What is done with cases. Nothing here commits; each function checks by itself who acts and writes the log.

Functions that write rows of a team that does not exist yet, or of several teams (`open_case`, `open_light_case`,
`note_referral`, `protect_household`, `lift_protection`, `add_never_meet`, `remove_never_meet`), need a session that
the product opened under `Actor.system(...).scope`; who acts is still `by`.
"""

from app.cases.service.course import (
    close_case,
    place_case,
    reopen_case,
    tell_sender,
    write_story,
)
from app.cases.service.log import (
    open_identity,
    record_case_read,
    record_list_read,
)
from app.cases.service.opening import note_referral, open_case, open_light_case
from app.cases.service.plans import (
    decide_plan,
    record_basis,
    return_plan,
    submit_plan,
    take_plan_back,
    write_plan,
)
from app.cases.service.safety import (
    add_never_meet,
    join_team,
    leave_team,
    lift_protection,
    protect_household,
    remove_never_meet,
)

__all__ = [
    "add_never_meet",
    "close_case",
    "decide_plan",
    "join_team",
    "leave_team",
    "lift_protection",
    "note_referral",
    "open_case",
    "open_identity",
    "open_light_case",
    "place_case",
    "protect_household",
    "record_basis",
    "record_case_read",
    "record_list_read",
    "remove_never_meet",
    "reopen_case",
    "return_plan",
    "submit_plan",
    "take_plan_back",
    "tell_sender",
    "write_plan",
    "write_story",
]
