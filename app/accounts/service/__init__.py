"""What is done with accounts, sign-ins, links and support teams. Nothing here commits."""

from app.accounts.service.accounts import (
    Admission,
    change_account,
    change_password,
    check_password,
    close_account,
    create_account,
    end_other_sign_ins,
    find_actor,
    mark_installation,
    open_attempt,
    renew_password,
    reopen_account,
    sign_in,
    sign_out,
    touch_sign_in,
)
from app.accounts.service.links import (
    find_subject,
    follow_link,
    issue_link,
    revoke_links,
)
from app.accounts.service.teams import (
    admit_account,
    bar_account,
    join_team,
    leave_team,
    open_team,
)

__all__ = [
    "Admission",
    "admit_account",
    "bar_account",
    "change_account",
    "change_password",
    "check_password",
    "close_account",
    "create_account",
    "end_other_sign_ins",
    "find_actor",
    "find_subject",
    "follow_link",
    "issue_link",
    "join_team",
    "leave_team",
    "mark_installation",
    "open_attempt",
    "open_team",
    "renew_password",
    "reopen_account",
    "revoke_links",
    "sign_in",
    "sign_out",
    "touch_sign_in",
]
