"""Rules of taking part, pure: each answers with a Japanese sentence that says what to do, or with a value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from app.followup.vocabulary import Met, Party, SharingBasis, Stage
from app.resources.vocabulary import KindGroup, Pay, ResourceState, TrainingForm

NO_BASIS = (
    "始まりの根拠がまだありません。ケースの画面で、支援決定を受けるか、「早期開始」または"
    "「プランを作らない参加」を理由と一緒に記録してから、もう一度始めてください。"
)
CONTACT_IS_OVER = (
    "この約束は、もう記録されたか、取りやめになっています。別の記録として残すときは、"
    "文を写してから、ケースの画面の「記録する」を選んでください。"
)
START_WITHIN = timedelta(days=180)
START_IS_FAR = "始める日は、今日の前後180日の間にしてください。"
STAGES_TO_START_IN = (Stage.VISIT, Stage.TRIAL, Stage.ONGOING)

_PAID = frozenset({Pay.ALLOWANCE, Pay.WAGE})


@dataclass(frozen=True)
class Cover:
    """What is on record about insurance (傷害・賠償) and the recognition of a training."""

    group: KindGroup
    # False while no opening was chosen: insurance is recorded on openings.
    has_opening: bool = False
    pay: Pay | None = None
    training: TrainingForm | None = None
    insurance: str | None = None
    holder: str | None = None
    since: date | None = None
    until: date | None = None
    recognition: str | None = None

    @property
    def is_work(self) -> bool:
        """Whether somebody works there, paid or for training."""
        return self.group is KindGroup.WORK or self.training is not None or self.pay in _PAID


def cover_problem(cover: Cover, *, on: date) -> str | None:
    """Say why nobody may work there on a day, None when they may or when it is no work (DOMAIN §6-8)."""
    if not cover.is_work:
        return None
    if not cover.has_opening:
        return "仕事をする場です。保険を確かめるため、受け入れ枠を選んでください。枠がないときは、先に受け入れ先と枠を決めてください。"
    said = cover.insurance or ""
    if not ("傷害" in said and "賠償" in said and cover.holder and cover.since and cover.until):
        return "仕事をする枠ですが、傷害と賠償の保険（種類・契約者・期間）が記録されていません。市か社会福祉協議会の保険を確かめ、枠に記録してから始めてください。"
    if not cover.since <= on <= cover.until:
        return f"この枠の保険は、{cover.since}から{cover.until}までです。期間の中の日にするか、保険を更新してから始めてください。"
    if cover.training is not None and not cover.recognition:
        return "就労訓練の枠ですが、認定番号が記録されていません。受け入れ先の認定番号を確かめ、記録してから始めてください。"
    return None


def place_problem(
    state: ResourceState, *, paused_until: date | None, allowed: bool | None, stage: Stage, on: date
) -> str | None:
    """Say why a place takes nobody in at this stage on a day, None when it does. What nobody said is no hindrance."""
    if state is not ResourceState.ACTIVE:
        return f"この場は「{state.label}」です。別の場を選んでください。"
    if paused_until is not None and on < paused_until:
        return f"この受け入れ枠は{paused_until}からの再開です。その日からにするか、別の枠を選んでください。"
    if allowed is False:
        return f"この受け入れ枠は「{stage.label}」を受けていません。別の段階か、別の枠を選んでください。"
    return None


def step_problem(stage: Stage, *, current: Stage, last_on: date, on: date, today: date) -> str | None:
    """Say why a placement cannot move to a stage on a day, None when it can. Any direction is possible."""
    if current is Stage.ENDED:
        return "この参加は終わっています。また始めるときは、ケースの画面の「参加を始める」を選んでください。"
    if stage is current:
        return f"いまも「{stage.label}」です。別の段階を選んでください。"
    if not last_on <= on <= max(today, last_on):
        return f"日付は、前の段階に進んだ{last_on}から、今日までにしてください。"
    return None


def happened_problem(on: date, *, today: date) -> str | None:
    """Say why something cannot have happened on a day, None when it can."""
    return "今日か、今日より前の日付にしてください。" if on > today else None


def promise_problem(next_on: date | None, *, today: date) -> str | None:
    """Say why nothing can be promised for a day, None when it can."""
    if next_on is not None and next_on <= today:
        return "次の約束は、あしたか、それより後の日付にしてください。"
    return None


def sharing_problem(basis: SharingBasis, *, has_consent: bool) -> str | None:
    """Say why a note cannot be shared on this ground, None when it can."""
    if basis is SharingBasis.CONSENT and not has_consent:
        return "この日に有効な、支援チームに伝えてよいという同意が記録されていません。同意を記録するか、「担当者のみ」を選んでください。"
    return None


def default_sharing(*, has_consent: bool) -> SharingBasis:
    """Return on what ground a note is shared when nobody says: only a running consent opens it to the team."""
    return SharingBasis.CONSENT if has_consent else SharingBasis.AUTHOR_ONLY


def parties_met(met: Collection[Met]) -> frozenset[Party]:
    """Return for which sides a visit counts as a contact. Seeing the family is none with the person."""
    sides = {Met.PERSON: Party.PERSON, Met.HOST: Party.HOST}
    return frozenset(side for one, side in sides.items() if one in met)


def party_promised(met: Collection[Met]) -> Party:
    """Return whom a promise is for when no planned contact says it: the person, unless only the host was met."""
    return Party.HOST if parties_met(met) == {Party.HOST} else Party.PERSON


def met_problem(met: Collection[Met]) -> str | None:
    """Say what is wrong with whom somebody says to have met, None when nothing is."""
    if not met:
        return "会った人を選んでください。会えなかったときは「会えなかった」を選んでください。"
    if Met.NOBODY in met and len(met) > 1:
        return "「会えなかった」を選んだときは、ほかの人を選ばないでください。"
    return None


def move_problem(due_on: date, to: date, *, today: date) -> str | None:
    """Say why a contact cannot be put on a day, None when it can."""
    if to < today:
        return "今日か、今日より後の日付にしてください。"
    if to == due_on:
        return "前と同じ日です。別の日を選んでください。"
    return None
