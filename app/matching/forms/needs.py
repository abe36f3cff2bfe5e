"""What is asked about a need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from enum import Enum
from typing import Any, Final

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from app.matching.engine.profile import STAFF, Answer, NeedProfile
from app.matching.exchange import NeedContent
from app.matching.vocabulary import (
    AS_IS_LABEL,
    TravelMode,
)
from app.resources.engine.traits import (
    SLOT_COUNT,
    AccessItem,
    Feature,
    Language,
    Purpose,
    Scale,
    TakingPart,
    slot_labels,
)
from app.web.forms import ChecksField, Form, choices_of

LONGEST_WORDS: Final = 2_000

_NOT_ASKED: Final = {"": "問わない・まだ聞いていない"}
_WEIGHTS: Final = {"0": "―", "1": "少し", "2": "やや", "3": "ふつうに", "4": "かなり", "5": "とても"}
_WEEKS: Final = {**_NOT_ASKED, "1": "月に1回くらい", "2": "2週に1回くらい", "4": "毎週"}
_DRIVES: Final = {"": "まだわからない", "yes": "できる", "no": "できない"}
_MUSTS: Final = tuple(feature for feature in Feature if feature is not Feature.PICKUP)


def _members(members: Iterable[Any]) -> dict[str, str]:
    return {member.name: member.label for member in members}


def _limit_choices(scale: Scale) -> dict[str, str]:
    return {**_NOT_ASKED, **{str(level): f"{scale.level_label(level)}まで" for level in (1, 2)}}


def _wish_choices(scale: Scale) -> dict[str, str]:
    return {"": "とくにない", **{str(level): f"{scale.level_label(level)}くらい" for level in (1, 2, 3)}}


def _number(label: str, most: int, *, least: int = 0, description: str = "") -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(min=least, max=most)], description=description)


class NeedForm(Form):
    """A need, the person's own words first. What is left blank was not asked, and then no rule speaks."""

    own_words = TextAreaField(
        "本人の言葉",
        [Length(max=LONGEST_WORDS)],
        description="言いかえずに、そのまま書きます。まだ聞けていなければ、空けておいてください。",
    )
    interests = TextAreaField(
        "好きなこと・関心のことば",
        [Length(max=300)],
        description="「、」で区切ります。例：本、畑、静かな時間",
    )
    as_is = BooleanField(f"{AS_IS_LABEL}でいい（いまは、新しい場を望んでいない）")
    kinds_now = ChecksField("いま望む参加", choices=_members(TakingPart))
    kinds_to_try = ChecksField(
        "試してみてもよい参加",
        choices=_members(TakingPart),
        description="並びに順番や上下はありません。いくつ選んでも、選ばなくてもかまいません。",
    )
    is_in_gap = BooleanField("年齢や手帳などの条件に当てはまらず、制度の狭間にいる")

    free_slots = ChecksField(
        "空いている時間", choices={str(slot): slot_labels(1 << slot)[0] for slot in range(SLOT_COUNT)}
    )
    has_no_time = BooleanField(
        "いまは、空いている時間がない",
        description="「まだ聞いていない」とは別です。曜日の決まった場は、どれも合わなくなります。",
    )
    min_weeks_per_month = SelectField("どのくらいの間隔で行きたいか", choices=_WEEKS, default="")
    min_hours_per_week = _number("週に何時間は行きたいか", 60)
    longest_stay_minutes = _number("1回に居られる時間（分）", 600, least=10)

    travel_mode = SelectField(
        "行きかた", choices={"": "まだ聞いていない", **choices_of(TravelMode)}, default=""
    )
    travel_minutes = _number("片道で行ける時間（分）", 240, least=1)
    support_drives = SelectField("支援者が車で送迎できるか", choices=_DRIVES, default="")
    leaves_by = TimeField(
        "帰りの最終バス・何時までに出たいか",
        [Optional()],
        format=["%H:%M", "%H:%M:%S"],
        description="その場を出る時刻です。例：16:40。決まりがなければ空けておきます。",
    )
    accepts_remote = BooleanField("オンラインでの参加でもよい")

    people_limit = _number("その場にいる人数は、何人までなら居られるか", 500, least=1)
    musts = ChecksField("必ずほしい", choices=_members(_MUSTS))
    must_nots = ChecksField("居ないほうがよい", choices=_members(sorted(STAFF)))
    access_needs = ChecksField("必要な設備・助け", choices=_members(AccessItem))
    languages = ChecksField("話しやすいことば", choices=_members(Language))
    avoid = TextAreaField(
        "避けたいこと",
        [Length(max=300)],
        description="例：大きな音、写真を撮られる。計算には入らないので、提案の前に見て確かめます。",
    )
    fee_limit_yen = _number("1回に出せる費用（円）", 100_000, description="無料の場だけのときは 0")

    open_points = TextAreaField(
        "まだわからないこと",
        [Length(max=LONGEST_WORDS)],
        description="1行に1つ。次に会うときに聞くことの覚え書きです。",
    )
    seen_version = HiddenField(default="0")

    def validate_kinds_now(self, field: ChecksField) -> None:
        """今のまま is a full answer and not one beside others."""
        if field.data and self.as_is.data:
            raise ValidationError(
                f"「{AS_IS_LABEL}でいい」と、いま望む参加は、どちらかにしてください。"
                "「試してみてもよい参加」は、一緒に選べます。"
            )

    def validate_free_slots(self, field: ChecksField) -> None:
        """Time that is there and no time at all are two answers."""
        if field.data and self.has_no_time.data:
            raise ValidationError("「空いている時間がない」も選ばれています。どちらかにしてください。")

    def validate_min_hours_per_week(self, field: IntegerField) -> None:
        """Hours that one wishes to spend need some time that is free."""
        if field.data and self.has_no_time.data:
            raise ValidationError(
                "「空いている時間がない」が選ばれています。時間を選ぶか、ここを空けてください。"
            )

    def validate_must_nots(self, field: ChecksField) -> None:
        """Nobody can have to be there and not be there."""
        if set(field.data or ()) & set(self.musts.data or ()):
            raise ValidationError("「必ずほしい」と同じものが選ばれています。どちらかにしてください。")

    def validate_travel_minutes(self, field: IntegerField) -> None:
        """Minutes say nothing without a way of going."""
        if field.data is not None and not self.travel_mode.data:
            raise ValidationError("行きかたも選んでください。徒歩の10分と車の10分は、届く広さが違います。")

    @property
    def version(self) -> int:
        """The version that was on the screen; a form that does not say it was made of none."""
        text = self.seen_version.data or ""
        # Python refuses to read numbers of thousands of digits; nobody writes a billion versions.
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def read_content(self, answers: frozenset[Answer]) -> NeedContent | None:
        """Return what was written; None when it cannot stand, and then the form says where and why."""
        if not self.validate():
            return None
        try:
            return self.content_with(answers)
        except ValueError as problem:
            # What the fields let through one by one and the profile does not take together.
            self.form_errors.append(str(problem))
            return None

    def content_with(self, answers: frozenset[Answer]) -> NeedContent:
        """Return what was written; answers to questions stand beside the form and are kept."""
        mode = self.travel_mode.data
        slots = [int(slot) for slot in self.free_slots.data or ()]
        weeks, leaves = self.min_weeks_per_month.data, self.leaves_by.data
        free = sum(1 << slot for slot in slots) or None
        profile = NeedProfile(
            person_key="",
            purposes={
                purpose: int(field.data) for purpose, field in self.purpose_fields() if field.data != "0"
            },
            kinds_now=_chosen(TakingPart, self.kinds_now.data),
            kinds_to_try=_chosen(TakingPart, self.kinds_to_try.data),
            as_is=bool(self.as_is.data),
            free_slots=0 if self.has_no_time.data else free,
            min_hours_per_week=self.min_hours_per_week.data or None,
            min_weeks_per_month=float(weeks) if weeks else None,
            longest_stay_minutes=self.longest_stay_minutes.data,
            travel_mode=TravelMode(mode) if mode else None,
            travel_minutes=self.travel_minutes.data,
            leaves_by_minute=None if leaves is None else leaves.hour * 60 + leaves.minute,
            support_drives={"yes": True, "no": False}.get(self.support_drives.data),
            accepts_remote=bool(self.accepts_remote.data),
            access_needs=_chosen(AccessItem, self.access_needs.data),
            limits={scale: int(field.data) for scale, field in self.limit_fields() if field.data},
            wishes={scale: int(field.data) for scale, field in self.wish_fields() if field.data},
            people_limit=self.people_limit.data,
            musts=_chosen(Feature, self.musts.data),
            must_nots=_chosen(Feature, self.must_nots.data),
            fee_limit_yen=self.fee_limit_yen.data,
            is_in_gap=bool(self.is_in_gap.data),
            languages=_chosen(Language, self.languages.data),
            interests=_words(self.interests.data),
            own_words=(self.own_words.data or "").strip(),
            answers=answers,
        )
        return NeedContent(
            profile, (self.avoid.data or "").strip(), tuple(_lines(self.open_points.data or ""))
        )

    def purpose_fields(self) -> list[tuple[Purpose, SelectField]]:
        """The purposes with their weights."""
        return [(purpose, self[f"purpose_{purpose.name.lower()}"]) for purpose in Purpose]

    def limit_fields(self) -> list[tuple[Scale, SelectField]]:
        """What may not be exceeded."""
        return [(scale, self[f"limit_{scale.name.lower()}"]) for scale in Scale]

    def wish_fields(self) -> list[tuple[Scale, SelectField]]:
        """What would be pleasant."""
        return [(scale, self[f"wish_{scale.name.lower()}"]) for scale in Scale]


# One field for each word of a vocabulary: a word that is added there is asked here.
for _purpose in Purpose:
    setattr(
        NeedForm,
        f"purpose_{_purpose.name.lower()}",
        SelectField(_purpose.label, choices=_WEIGHTS, default="0"),
    )
for _scale in Scale:
    setattr(
        NeedForm,
        f"limit_{_scale.name.lower()}",
        SelectField(f"{_scale.label}：ここまでなら居られる", choices=_limit_choices(_scale), default=""),
    )
    setattr(
        NeedForm,
        f"wish_{_scale.name.lower()}",
        SelectField(f"{_scale.label}：できれば", choices=_wish_choices(_scale), default=""),
    )


def need_data(content: NeedContent, version: int) -> dict[str, Any]:
    """What the form shows of a version."""
    profile = content.profile
    mode = profile.travel_mode
    drives = {True: "yes", False: "no", None: ""}[profile.support_drives]
    weeks = profile.min_weeks_per_month
    return {
        "own_words": profile.own_words,
        "interests": "、".join(profile.interests),
        "as_is": profile.as_is,
        "kinds_now": _keys(profile.kinds_now),
        "kinds_to_try": _keys(profile.kinds_to_try),
        "is_in_gap": profile.is_in_gap,
        "free_slots": [str(slot) for slot in range(SLOT_COUNT) if (profile.free_slots or 0) >> slot & 1],
        "has_no_time": profile.free_slots == 0,
        "min_weeks_per_month": "" if weeks is None else "4" if weeks >= 4 else "2" if weeks >= 2 else "1",
        "min_hours_per_week": None
        if profile.min_hours_per_week is None
        else round(profile.min_hours_per_week),
        "longest_stay_minutes": profile.longest_stay_minutes,
        "travel_mode": mode.value if mode else "",
        "travel_minutes": profile.travel_minutes,
        "leaves_by": _time(profile.leaves_by_minute),
        "support_drives": drives,
        "accepts_remote": profile.accepts_remote,
        "people_limit": profile.people_limit,
        "musts": _keys(profile.musts),
        "must_nots": _keys(profile.must_nots),
        "access_needs": _keys(profile.access_needs),
        "languages": _keys(profile.languages),
        "avoid": content.avoid,
        "fee_limit_yen": profile.fee_limit_yen,
        "open_points": "\n".join(content.open_points),
        "seen_version": str(version),
        **{f"purpose_{purpose.name.lower()}": str(weight) for purpose, weight in profile.purposes.items()},
        # The gentlest limit that is none is not offered: whatever is loudest is within it.
        **{f"limit_{scale.name.lower()}": str(level) for scale, level in profile.limits.items() if level < 3},
        **{f"wish_{scale.name.lower()}": str(level) for scale, level in profile.wishes.items()},
    }


def _time(minute: int | None) -> time | None:
    # A clock of the browser knows no 24:30; a last bus after midnight is asked as the minute before it.
    return None if minute is None else time(*divmod(min(minute, 24 * 60 - 1), 60))


def _chosen(kind: type[Any], names: Iterable[str] | None) -> frozenset[Any]:
    return frozenset(kind[name] for name in names or ())


def _keys(members: Iterable[Enum]) -> list[str]:
    return [member.name for member in members]


def _words(text: str | None) -> tuple[str, ...]:
    parts = (text or "").replace(",", "、").replace("，", "、").replace("\n", "、").split("、")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
