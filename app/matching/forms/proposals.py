"""What is asked about a question's answer, about a place that is proposed or changed, and the steps of a proposal."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.matching.vocabulary import (
    ProposalReason,
    ProposalState,
    RuleId,
    Side,
)
from app.web.forms import Form, choices_of


class AnswerForm(Form):
    """What somebody found out about one question."""

    rule = SelectField("質問", choices={rule.value: rule.value for rule in RuleId})
    resource_id = IntegerField("場", [Optional(), NumberRange(min=1)])
    opening_id = IntegerField("受け入れ枠", [Optional(), NumberRange(min=1)])
    fits = RadioField("答え", [InputRequired()], choices={"yes": "はい", "no": "いいえ"})
    seen_version = IntegerField("版", [InputRequired()])


class ProposeForm(Form):
    """A place that is shown to the person."""

    resource_id = IntegerField("場", [InputRequired(), NumberRange(min=1)])
    opening_id = IntegerField("受け入れ枠", [Optional(), NumberRange(min=1)])
    slot_id = IntegerField("曜日と時間", [Optional(), NumberRange(min=1)])
    in_week = BooleanField("1週間の組み合わせの1つとして")


class LeadForm(Form):
    """A place, and which `change` of it becomes a lead."""

    resource_id = IntegerField("場", [InputRequired(), NumberRange(min=1)])
    opening_id = IntegerField("受け入れ枠", [Optional(), NumberRange(min=1)])
    change = HiddenField("お願いすること", [Optional(), Length(max=20)])


class StepForm(Form):
    """The next step of a proposal; where it comes to nothing, who said so and why."""

    to = SelectField("次の状態", choices=choices_of(ProposalState))
    slot_id = IntegerField("曜日と時間", [Optional(), NumberRange(min=1)])
    side = RadioField("どなたの側の事情か", [Optional()], choices=choices_of(Side))
    reason = SelectField(
        "理由",
        [Optional()],
        choices={"": "選んでください", **choices_of(ProposalReason)},
    )
    seen_version = IntegerField("版", [InputRequired()])
