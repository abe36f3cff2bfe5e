"""What is asked when somebody starts, goes on, ends, is visited, or is put off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.followup.policies import STAGES_TO_START_IN
from app.followup.queries import VisitView
from app.followup.vocabulary import (
    Attendance,
    Cause,
    EndReason,
    Means,
    Met,
    Mood,
    MoveReason,
    Promise,
    SharingBasis,
    Stage,
    VisitFacts,
    VisitNote,
)
from app.web.formats import short_date
from app.web.forms import ChecksField, Form, choices_of

LONGEST_NOTE = 4_000


def _mood(value: object) -> Mood:
    return Mood(int(str(value)))


class _VisitFields(Form):
    """What every version of a visit says, in the order in which it is told."""

    means = RadioField("どうやって", [InputRequired()], choices=choices_of(Means), coerce=Means)
    met = ChecksField(
        "会った人（話した人）",
        choices=choices_of(Met),
        coerce=Met,
    )
    person_mood = RadioField("本人のようす", [Optional()], choices=choices_of(Mood), coerce=_mood)
    host_mood = RadioField("受け入れ先のようす", [Optional()], choices=choices_of(Mood), coerce=_mood)
    text = TextAreaField(
        "あったこと",
        [Length(max=LONGEST_NOTE)],
        description="見たこと・聞いたことを、そのまま短く。スマートフォンでは、マイクのボタンで話しても書けます。",
    )
    happened_on = DateField("いつのことか", [InputRequired()])
    attendance = RadioField("出欠", [Optional()], choices=choices_of(Attendance), coerce=Attendance)
    sharing_basis = RadioField(
        "だれが読めるか", [InputRequired()], choices=choices_of(SharingBasis), coerce=SharingBasis
    )

    def said(self, *, today: date, next_on: date | None) -> VisitFacts:
        """Return what was said, with the day that was promised."""
        return VisitFacts(
            happened_on=self.happened_on.data or today,
            means=Means(self.means.data),
            attendance=self.attendance.data or None,
            sharing_basis=SharingBasis(self.sharing_basis.data),
            next_on=next_on,
            note=VisitNote(
                met=tuple(self.met.data or ()),
                person_mood=self.person_mood.data or None,
                host_mood=self.host_mood.data or None,
                text=(self.text.data or "").strip(),
            ),
        )


class VisitForm(_VisitFields):
    """A visit as it is written down first: with the promise, and where it was opened from a case, with the place."""

    next_when = RadioField("次の約束", [InputRequired()], choices=choices_of(Promise), coerce=Promise)
    next_day = DateField("次の約束の日付", [Optional()])
    placement_id = RadioField("どの参加のことか", [Optional()], choices={}, validate_choice=False)

    def offer_promises(self, today: date) -> None:
        """Write the day that is meant beside each word."""
        days = {word: word.day_after(today) for word in Promise}
        self.next_when.choices = {
            word.value: f"{word.label}\n{short_date(day)}" if day else word.label
            for word, day in days.items()
        }

    def facts(self, today: date) -> VisitFacts:
        """Return what was said. A day that was filled in counts, whether or not its chip was chosen."""
        promised = self.next_day.data or Promise(self.next_when.data).day_after(today)
        return self.said(today=today, next_on=promised)

    def validate_next_when(self, field: RadioField) -> None:
        """Ask for the day where it was said that there is one."""
        if field.data is Promise.DAY and self.next_day.data is None and not self.next_day.errors:
            raise ValidationError("「日付を選ぶ」のときは、次の約束の日付を入力してください。")


class CorrectionForm(_VisitFields):
    """A visit written anew. What was promised then stays: it has been planned."""

    version = IntegerField("版", [InputRequired()], widget=HiddenInput())

    @classmethod
    def showing(cls, view: VisitView) -> CorrectionForm:
        """Return the form with what stands there now."""
        current = view.current
        return cls(
            formdata=None,
            data={
                "means": current.means,
                "met": list(current.note.met),
                "person_mood": current.note.person_mood,
                "host_mood": current.note.host_mood,
                "text": current.note.text,
                "happened_on": current.happened_on,
                "attendance": current.attendance,
                "sharing_basis": current.sharing_basis,
                "version": view.version,
            },
        )


class MoveForm(Form):
    """Another day for a contact, and why."""

    to = DateField("新しい日付", [InputRequired()])
    reason = RadioField(
        "理由",
        [InputRequired()],
        choices=choices_of(MoveReason),
        coerce=MoveReason,
        description="理由と元の日付は記録に残ります。",
    )


class FindPlaceForm(Form):
    """Words of a place; it is asked by address, since a place is no secret."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    q = StringField("場の名前・ことば", [Length(max=100)])


class StartForm(Form):
    """How taking part begins."""

    stage = RadioField(
        "どこから始めるか", [InputRequired()], choices=choices_of(STAGES_TO_START_IN), coerce=Stage
    )
    starts_on = DateField("始める日", [InputRequired()])
    slot_ids = ChecksField(
        "曜日と時間（受け入れ枠）",
        choices={},
        coerce=int,
        description="席は、始めるときに確保されます。決まっていないときは、選ばずに始められます。",
    )

    def offer(self, slots: Mapping[int, str]) -> None:
        """Offer the seats of a place."""
        self.slot_ids.choices = {str(slot_id): text for slot_id, text in slots.items()}


class StageForm(Form):
    """Another stage."""

    stage = RadioField("段階", [InputRequired()], choices=choices_of(STAGES_TO_START_IN), coerce=Stage)
    on = DateField("いつから", [InputRequired()])


class EndForm(Form):
    """The end of taking part."""

    on = DateField("終わった日", [InputRequired()])
    reason = RadioField("理由", [InputRequired()], choices=choices_of(EndReason), coerce=EndReason)
    cause = RadioField(
        "どの側のことか",
        [InputRequired()],
        choices=choices_of(Cause),
        coerce=Cause,
        description="だれかを責めるためではなく、次に整えることを見つけるために聞いています。",
    )
