"""What people type about a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields import RadioField

from app.cases.vocabulary import BasisKind, CaseStory, ClosingReason, PlanText, ReferralRoute
from app.people.forms import IdentityForm, NameForm, one_line
from app.people.vocabulary import ConsentWay
from app.web.forms import Form, choices_of

_LONG = validators.Length(max=2000)
_WITHOUT = "none"
_CONSENTS = {
    **{word.value: f"同意あり（{word.label}）" for word in ConsentWay},
    _WITHOUT: "同意なし（まだ受けていない）",
}
_ABOUT_CONSENT = "同意なしの間は、会議にも受け入れ先にも、何も伝わりません。"


class SearchForm(Form):
    """Finding a case again. It is posted, so that no name stands in an address."""

    q = StringField("台帳番号か呼び名", [validators.Length(max=40), one_line])
    kana = StringField(
        "フリガナ（全部）",
        [validators.Length(max=80), one_line],
        description="名前の一部では見つかりません。自分のチームのケースだけをさがします。",
    )
    birth_date = DateField("生年月日", [validators.Optional()])


def _consent_way(value: Any) -> ConsentWay | None:
    return None if value == _WITHOUT else ConsentWay(value)


class NewCaseForm(IdentityForm):
    """A case that begins at a window, on a visit, or in a place."""

    wish = TextAreaField(
        "本人の言葉",
        [_LONG],
        description="どうしたいか、何が好きか。聞いたままの言葉で書きます。まだなければ、空けておけます。",
    )
    strengths = TextAreaField("得意なこと・好きなこと", [_LONG])
    mind = TextAreaField("気をつけること", [_LONG], description="体調、環境、連絡のとりかたなど。")
    route = RadioField(
        "どのようにつながりましたか",
        [validators.InputRequired()],
        choices=choices_of(ReferralRoute),
    )
    sender = StringField(
        "紹介してくれた人・機関",
        [validators.Length(max=80), one_line],
        description="いなければ、空けておけます。",
    )
    consent = RadioField(
        "本人の同意", [validators.InputRequired()], choices=_CONSENTS, description=_ABOUT_CONSENT
    )
    household_number = StringField(
        "同じ世帯の人の台帳番号",
        [validators.Length(max=20), one_line],
        description="いるときだけ。支援措置や「会ってはいけない相手」が、世帯でそろいます。例：T-0012",
    )
    opened_on = DateField("受付日", [validators.InputRequired()])

    @property
    def story(self) -> CaseStory:
        """What is known of the wish."""
        return CaseStory(
            wish=(self.wish.data or "").strip(),
            strengths=(self.strengths.data or "").strip(),
            mind=(self.mind.data or "").strip(),
        )

    @property
    def consent_way(self) -> ConsentWay | None:
        """How consent was given; None without."""
        return _consent_way(self.consent.data)


class LightCaseForm(Form):
    """プランを作らない参加: five answers."""

    nickname = StringField(
        "呼び名",
        [validators.DataRequired(), validators.Length(max=40), one_line],
        description="本人が呼ばれたい名前。氏名は聞きません。",
    )
    wish = TextAreaField(
        "やってみたいこと", [validators.DataRequired(), _LONG], description="聞いたままの言葉で。"
    )
    place = StringField(
        "場所",
        [validators.DataRequired(), validators.Length(max=100), one_line],
        description="例：木曜の居場所カフェ",
    )
    follow_up_on = DateField("次に様子を聞く日", [validators.InputRequired()])
    mind = TextAreaField("気をつけること", [_LONG], description="なければ、空けておけます。")

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers in the words of the domain."""
        texts = {name: (self[name].data or "").strip() for name in ("nickname", "wish", "place", "mind")}
        return {**texts, "follow_up_on": self.follow_up_on.data}


class ReferralForm(NameForm):
    """支援依頼: a window sends somebody to who will walk along."""

    phone = StringField("連絡先", [validators.Length(max=40), one_line])
    asked = TextAreaField(
        "お願いしたいこと",
        [validators.DataRequired(), _LONG],
        description="本人が望んでいること、これまでのことを、わかる範囲で。",
    )
    consent = RadioField(
        "本人の同意", [validators.InputRequired()], choices=_CONSENTS, description=_ABOUT_CONSENT
    )
    receiver_id = SelectField(
        "お願いする人",
        [validators.InputRequired()],
        description="この人と、この人が加えたチームだけが見ます。送ったあとは、様子と返事だけが見えます。",
    )

    @property
    def consent_way(self) -> ConsentWay | None:
        """How consent was given; None without."""
        return _consent_way(self.consent.data)


class VersionedForm(Form):
    """A form about something that two may change at once."""

    seen_version = IntegerField(widget=widgets.HiddenInput())


class StoryForm(VersionedForm):
    """What the person wishes, is good at, and what to mind."""

    wish = TextAreaField("本人の言葉", [_LONG], description="聞いたままの言葉で書きます。")
    strengths = TextAreaField("得意なこと・好きなこと", [_LONG])
    mind = TextAreaField("気をつけること", [_LONG])

    def story_from(self, before: CaseStory) -> CaseStory:
        """The story with the answers; what the form does not ask stays."""
        return CaseStory(
            wish=(self.wish.data or "").strip(),
            strengths=(self.strengths.data or "").strip(),
            mind=(self.mind.data or "").strip(),
            place=before.place,
            follow_up_on=before.follow_up_on,
        )


class AreaForm(VersionedForm):
    """Where a case counts, and from where journeys are reckoned. What is typed here is looked up and kept nowhere."""

    counting_area_id = SelectField(
        "圏域", description="地域ごとの数を見るときに使います。個人のことは出ません。"
    )
    town = StringField(
        "出発地：町の名前か住所",
        [validators.Length(max=200), one_line],
        description="町の位置をさがすためだけに使い、書いたことばは残しません。残すのは、町が入る四角だけです。",
    )
    # Offered once a town was not found; which of them it may be is known to who looked for it.
    square = RadioField("近い名前の町", choices={}, validate_choice=False)
    forget = BooleanField("記録してある出発地を消す")

    def validate_forget(self, field: BooleanField) -> None:
        """One is taken away, or another is looked for."""
        if field.data and self.town.data:
            raise validators.ValidationError("町の名前も入っています。消すときは、町の名前を空けてください。")

    @property
    def area_id(self) -> int | None:
        """The district, None while nobody chose one."""
        chosen = self.counting_area_id.data if "counting_area_id" in self else None
        return int(chosen) if chosen else None


class ReplyForm(Form):
    """What the window that sent somebody is told."""

    reply = TextAreaField(
        "依頼元への返事",
        [validators.DataRequired(), validators.Length(max=500)],
        description="依頼元の相談窓口には、この文と、支援中かどうかだけが見えます。",
    )


class ReasonForm(Form):
    """A reason in one's own words."""

    reason = TextAreaField("理由", [validators.DataRequired(), validators.Length(max=1000)])


class ProtectionForm(ReasonForm):
    """支援措置 for a household."""

    since = DateField("始まりの日", [validators.InputRequired()])


class PlanForm(VersionedForm):
    """参加支援プラン."""

    goals = TextAreaField(
        "めざすこと", [validators.DataRequired(), _LONG], description="本人の言葉から始めます。"
    )
    offer = TextAreaField(
        "すること", [validators.DataRequired(), _LONG], description="どの場で、どのくらい、どう行き、だれと。"
    )
    roles = TextAreaField("だれが何をするか", [_LONG])
    for_host = TextAreaField("受け入れ先へのささえ", [_LONG])
    monitoring = StringField(
        "ふりかえりの時期", [validators.Length(max=100), one_line], description="例：3か月後、6か月後"
    )

    @property
    def text(self) -> PlanText:
        """The answers as a plan."""
        names = ("goals", "offer", "roles", "for_host", "monitoring")
        return PlanText(**{name: (self[name].data or "").strip() for name in names})


class ReturnForm(VersionedForm):
    """A plan that is given back."""

    reason = TextAreaField(
        "差し戻す理由",
        [validators.DataRequired(), validators.Length(max=1000)],
        description="どこを、どう直すとよいかも書きます。チームの画面に出ます。",
    )


class BasisForm(Form):
    """A start without a decision."""

    kind = RadioField(
        "何にもとづいて始めますか",
        [validators.InputRequired()],
        choices=choices_of(word for word in BasisKind if word is not BasisKind.DECISION),
    )
    reason = TextAreaField("理由", [validators.DataRequired(), validators.Length(max=1000)])
    confirm_by = DateField(
        "いつまでに会議で確認するか", [validators.Optional()], description="早期開始のときは必ず入力します。"
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers in the words of the domain."""
        return {
            "kind": BasisKind(self.kind.data),
            "reason": (self.reason.data or "").strip(),
            "confirm_by": self.confirm_by.data,
        }


class ClosingForm(VersionedForm):
    """The end of a case."""

    reason = RadioField(
        "どのように終わりますか",
        [validators.InputRequired()],
        choices=choices_of(ClosingReason),
        description="本人が「今はやめておく」と言ったときは「本人の希望」です。連絡途絶は、連絡が全くとれないときだけ選びます。",
    )
    note = TextAreaField(
        "ひとこと",
        [validators.Length(max=1000)],
        description="連絡途絶のときは、連絡を試みた日と方法を書きます。",
    )
    closed_on = DateField("終わった日", [validators.InputRequired()])

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers in the words of the domain."""
        closed_on: date | None = self.closed_on.data
        return {
            "reason": ClosingReason(self.reason.data),
            "note": (self.note.data or "").strip(),
            "closed_on": closed_on,
        }


class TeamForm(Form):
    """Somebody who joins a team."""

    account_id = SelectField("加わる人", [validators.InputRequired()])
