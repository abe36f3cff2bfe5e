"""What is asked about a lead, a talk, and a change of its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.development.models import Lead
from app.development.queries.leads import LeadFilter
from app.development.vocabulary.leads import (
    LOADS,
    OPEN,
    ContactWay,
    DeclineReason,
    LeadFacts,
    LeadOrigin,
    LeadState,
    Proposal,
    Side,
    Step,
    Talk,
    Wanted,
)
from app.resources.engine.traits import SLOT_COUNT, TakingPart, slot_labels
from app.web.forms import ChecksField, Form, choices_of

LONGEST_TEXT: Final = 2_000
_UNKNOWN: Final = {"": "まだわからない"}
_LOADS: Final = {str(level): label for level, label in LOADS.items()}


def _whole(value: str | int | None) -> int | None:
    return int(value) if value not in (None, "") else None


def _line(label: str, longest: int, description: str = "") -> StringField:
    return StringField(label, [Length(max=longest)], description=description)


def _load(label: str) -> SelectField:
    return SelectField(label, choices=_UNKNOWN | _LOADS, coerce=_whole, default=None)


class LeadForm(Form):
    """An organisation, what is looked for, the task that could be cut out, and the next step."""

    organisation = StringField(
        "会社・お店・団体の名前",
        [InputRequired(), Length(max=160)],
        description="個人の名前は入れません。支援している人のことも書きません。",
    )
    trade = _line("どんな仕事か", 60, "例：農家、喫茶店、町工場、お寺")
    district_id = SelectField("圏域", coerce=_whole, default=None)
    address = _line("所在地", 200)
    contact = _line("連絡先（会社・団体の）", 200, "代表の電話など。")
    origin = RadioField("きっかけ", [InputRequired()], choices=choices_of(LeadOrigin), coerce=LeadOrigin)
    introduced_by = _line("紹介してくれた所", 100, "団体や役割で書きます。例：商工会、民生委員協議会")

    wanted_kinds = ChecksField(
        "さがしている参加の形",
        choices={str(int(kind)): kind.label for kind in TakingPart},
        coerce=lambda value: TakingPart(int(value)),
    )
    wanted_slots = ChecksField(
        "さがしている曜日と時間", choices={str(slot): slot_labels(1 << slot)[0] for slot in range(SLOT_COUNT)}
    )
    opens_rule = _line(
        "かなうと広がる条件", 200, "例：午前の枠、送迎、静かな席。だれか一人の事情は書きません。"
    )

    task = _line("切り出せそうな業務", 100, "例：苗のポット入れ、カードのふくろづめ")
    task_steps = TextAreaField(
        "手順",
        [Length(max=LONGEST_TEXT)],
        description="1行に1つずつ。小さく分けると、できる人が見つかりやすくなります。",
    )
    task_place = _line("仕事の場所", 160)
    body_load = _load("体の負荷")
    people_load = _load("人とのやり取り")
    pace_load = _load("ペースの速さ")

    owner_id = SelectField("担当", coerce=_whole, default=None)
    next_step = _line("次の一歩", 200, "例：店長に電話する")
    next_on = DateField("次の一歩の日", [Optional()])
    version = IntegerField("版", [Optional()], widget=HiddenInput())

    def offer_choices(
        self,
        *,
        districts: Mapping[str, int],
        owners: Iterable[tuple[int, str]],
        keep_owner: int | None = None,
    ) -> None:
        """Give the town's districts and the accounts that can keep a lead; a closed account stays where it stands."""
        self.district_id.choices = _UNKNOWN | {str(key): name for name, key in districts.items()}
        names = {str(key): name for key, name in owners}
        if keep_owner is not None:
            names.setdefault(str(keep_owner), "（閉じたアカウント）")
        self.owner_id.choices = {"": "まだ決めていない"} | names

    @classmethod
    def showing(cls, lead: Lead) -> LeadForm:
        """Return the form with what is known now."""
        return cls(
            formdata=None,
            data={
                **{name: getattr(lead, name) for name in _SAME},
                "wanted_kinds": [kind for kind in TakingPart if lead.wanted_kinds >> int(kind) & 1],
                "wanted_slots": [
                    str(slot) for slot in range(SLOT_COUNT) if (lead.wanted_slots or 0) >> slot & 1
                ],
                "task_steps": lead.steps_of_task,
            },
        )

    def said(self) -> dict[str, Any]:
        """Return the answers as `open_lead` and `change_lead` take them."""
        words = {name: (self[name].data or "").strip() for name in _WORDS}
        slots = sum(1 << int(slot) for slot in set(self.wanted_slots.data or ()))
        lines = (self.task_steps.data or "").splitlines()
        return {
            "organisation": words["organisation"],
            "wanted": Wanted(frozenset(self.wanted_kinds.data or ()), slots or None, words["opens_rule"]),
            "facts": LeadFacts(
                trade=words["trade"],
                address=words["address"],
                contact=words["contact"],
                district_id=self.district_id.data,
                origin=LeadOrigin(self.origin.data),
                introduced_by=words["introduced_by"],
                owner_id=self.owner_id.data,
                next_step=words["next_step"],
                next_on=self.next_on.data,
            ),
            "proposal": Proposal(
                task=words["task"],
                steps=tuple(line.strip() for line in lines if line.strip()),
                place=words["task_place"],
                body_load=self.body_load.data,
                people_load=self.people_load.data,
                pace_load=self.pace_load.data,
            ),
        }


_WORDS: Final = (
    "organisation",
    "trade",
    "address",
    "contact",
    "introduced_by",
    "opens_rule",
    "task",
    "task_place",
    "next_step",
)
_SAME: Final = (
    *_WORDS,
    "district_id",
    "origin",
    "body_load",
    "people_load",
    "pace_load",
    "owner_id",
    "next_on",
    "version",
)


class TalkForm(Form):
    """A talk with the organisation."""

    happened_on = DateField("いつ", [InputRequired()])
    way = RadioField("どうやって", [InputRequired()], choices=choices_of(ContactWay), coerce=ContactWay)
    said = TextAreaField(
        "話したこと",
        [InputRequired(), Length(max=LONGEST_TEXT)],
        description="相手の心配ごとも、そのまま短く。支援している人の名前や事情は書きません。",
    )
    promise = _line("次の約束", 200, "例：来週もう一度、見学の日を決めに行く")
    promise_on = DateField("次の約束の日", [Optional()])

    def talk(self) -> Talk:
        """Return what was said; only for a valid form."""
        assert self.happened_on.data is not None, "validated"
        return Talk(
            happened_on=self.happened_on.data,
            way=ContactWay(self.way.data),
            said=(self.said.data or "").strip(),
            promise=(self.promise.data or "").strip(),
            promise_on=self.promise_on.data,
        )


class HostOfLeadForm(Form):
    """Which host a lead became."""

    host_id = SelectField(
        "どの受け入れ先になったか",
        coerce=_whole,
        default=None,
        description="まだ一覧にないときは、あとで選べます。",
    )

    def offer_hosts(self, hosts: Iterable[tuple[int, str]]) -> None:
        """Give the hosts that there are."""
        self.host_id.choices = {"": "あとで選ぶ"} | {str(key): name for key, name in hosts}


class StepForm(HostOfLeadForm):
    """Another state, with what belongs to it. The service says what is missing, since it depends on the state."""

    state = SelectField("ようす", choices=choices_of(LeadState), coerce=LeadState)
    reason = RadioField("見送りの理由", [Optional()], choices=choices_of(DeclineReason), coerce=DeclineReason)
    side = RadioField("どちらの側の理由か", [Optional()], choices=choices_of(Side), coerce=Side)
    back_on = DateField("いつ戻すか", [Optional()])

    def step(self) -> Step:
        """Return the change that was asked for."""
        return Step(
            state=LeadState(self.state.data),
            reason=self.reason.data or None,
            side=self.side.data or None,
            back_on=self.back_on.data,
        )


class LeadFilterForm(Form):
    """Which leads a list shows: a GET form, so that every list has an address."""

    state = SelectField("ようす", default="")
    owner = SelectField("担当", coerce=_whole, default=None)
    district = SelectField("圏域", coerce=_whole, default=None)

    def __init__(
        self, typed: Any, *, districts: Mapping[str, int], owners: Iterable[tuple[int, str]]
    ) -> None:
        super().__init__(typed, meta={"csrf": False})
        self.owner.choices = {"": "全員"} | {str(key): name for key, name in owners}
        self.district.choices = {"": "すべて"} | {str(key): name for name, key in districts.items()}
        self.state.choices = {"": "すすめているもの", "all": "すべて"} | choices_of(LeadState)

    @property
    def wanted(self) -> LeadFilter:
        """The filter of a valid form."""
        if self.state.data == "all":
            states = tuple(LeadState)
        else:
            states = (LeadState(self.state.data),) if self.state.data else OPEN
        return LeadFilter(states, self.owner.data, self.district.data)

    def count_in(self, counts: Mapping[LeadState, int]) -> None:
        """Write beside each state how many leads it holds."""
        going_on = sum(counts[state] for state in OPEN)
        self.state.choices = {
            "": f"すすめているもの（{going_on}）",
            **{state.value: f"{state.label}（{counts[state]}）" for state in LeadState},
            "all": f"すべて（{sum(counts.values())}）",
        }
