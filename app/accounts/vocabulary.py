"""Roles and rights (DOMAIN §2), the actor and the scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What an account is for. An account holds a set of them."""

    COORDINATOR = "coordinator"
    CSW = "csw"
    REFERRER = "referrer"
    COMMUNITY = "community"
    MULTI_AGENCY = "multi_agency"
    CITY_OFFICER = "city_officer"
    PLANNER = "planner"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _ROLE_LABELS[self][0]

    @property
    def task(self) -> str:
        """The daily job in one line, shown where roles are chosen."""
        return _ROLE_LABELS[self][1]


_ROLE_LABELS = {
    Role.COORDINATOR: ("参加支援コーディネーター", "参加の場をさがし、受け入れ先とつなぐ"),
    Role.CSW: ("CSW・支援員", "訪問し、記録し、つながりを続ける"),
    Role.REFERRER: ("相談窓口", "支援を依頼し、その後を知る"),
    Role.COMMUNITY: ("地域づくりコーディネーター", "地域の場を見つけ、確かめる（個人の情報は見えません）"),
    Role.MULTI_AGENCY: ("多機関協働", "支援の方向を整理し、会議をひらく"),
    Role.CITY_OFFICER: ("市職員", "支援を決定する（委託先の人は選べません）"),
    Role.PLANNER: ("計画担当", "足りない場を地図で見る（個人の情報は見えません）"),
    Role.ADMIN: ("管理者", "アカウントと記録を管理する（ケースの中身は見えません）"),
}


TEAM_ROLES = frozenset({Role.COORDINATOR, Role.CSW, Role.MULTI_AGENCY})
"""Who can belong to a support team. Without one of these roles a membership opens nothing."""


class Right(StrEnum):
    """Special rights beside the roles."""

    PLACE_IN_REFUGE = "place_in_refuge"
    UNMASK = "unmask"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"place_in_refuge": "秘匿の避難先へのつなぎ", "unmask": "伏せた項目をひらく（理由を記録）"}[
            self.value
        ]


class Affiliation(StrEnum):
    """For whom the person works. 支援決定 is never an entrusted body's."""

    CITY = "city"
    ENTRUSTED = "entrusted"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"city": "市", "entrusted": "委託先（社協など）"}[self.value]


@dataclass(frozen=True)
class Member:
    """An account as somebody in a support team; `is_barred` while it is to be kept away."""

    account_id: int
    display_name: str
    organisation: str
    since: date
    is_barred: bool = False


@dataclass(frozen=True)
class Scope:
    """Whose rows a session reaches. `system` names the reason when the product itself works on the whole town."""

    account_id: int | None
    roles: frozenset[Role] = frozenset()
    rights: frozenset[Right] = frozenset()
    system: str | None = None
    # Whom a signed link speaks for, when no account acts: the kind and its id.
    subject: tuple[str, int] | None = None
    # The day on which membership of a support team is asked; None reaches no team.
    on: date | None = None
    # The office or body of the account, as it stands there: windows of one role are told apart by it.
    organisation: str = ""

    def covers(self, other: object) -> bool:
        """The product at work on the whole town covers everybody; nobody else covers anybody but themselves."""
        return self == other or self.system is not None

    def holds(self, *roles: Role) -> bool:
        """Tell whether at least one of the roles is held."""
        return not self.roles.isdisjoint(roles)


RESIDENTS: Final = Scope(None)
"""The scope of everybody: what residents see, without a sign-in."""


@dataclass(frozen=True)
class Actor:
    """Who acts in a request or a command."""

    account_id: int | None
    display_name: str
    roles: frozenset[Role] = frozenset()
    rights: frozenset[Right] = frozenset()
    affiliation: Affiliation = Affiliation.CITY
    sign_in_id: int | None = None
    must_change_password: bool = False
    reason: str | None = None
    on: date | None = None
    subject: tuple[str, int] | None = None
    organisation: str = ""

    @classmethod
    def system(cls, reason: str) -> Actor:
        """Return the product itself, acting for a named reason (a command, a job)."""
        return cls(None, "つなぎ", reason=reason)

    @property
    def scope(self) -> Scope:
        """The scope of all that this actor does.

        Until the first password was changed, anybody may be the one who holds it: they see what residents see.
        """
        if self.must_change_password:
            return RESIDENTS
        return Scope(
            self.account_id,
            self.roles,
            self.rights,
            self.reason,
            self.subject,
            self.on,
            self.organisation,
        )

    def holds(self, *roles: Role) -> bool:
        """Tell whether the actor has at least one of the roles."""
        return not self.roles.isdisjoint(roles)
