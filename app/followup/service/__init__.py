"""What is done while somebody takes part. Nothing here commits; each function checks who acts and writes the log."""

from app.followup.service.contacts import move_touchpoint
from app.followup.service.history import add_past_placements, add_past_visits
from app.followup.service.placements import end_placement, move_stage, start_placement
from app.followup.service.visits import correct_visit, log_visit, record_visit_read

__all__ = [
    "add_past_placements",
    "add_past_visits",
    "correct_visit",
    "end_placement",
    "log_visit",
    "move_stage",
    "move_touchpoint",
    "record_visit_read",
    "start_placement",
]
