"""Days of the week: plain lists, sentences, and the codes of GIF 441."""

import re
from dataclasses import dataclass, field
from typing import Final

from app.text.normalise import normalise_text
from app.text.values.reading import Reading, says_nothing, shown

# GIF 441 「曜日コード」: Monday is 1, Sunday is 7 (as `date.isoweekday`).
DAY_NAMES: Final = "月火水木金土日"
_GIF_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_ENGLISH: Final = {name.lower(): number for number, name in enumerate(_GIF_DAYS, start=1)}

# GIF 441 「特定日、繰り返し」: digits in front of the day.
EVERY_WEEK: Final = 0
LAST_WEEK: Final = 6
EVERY_OTHER_WEEK: Final = 7

# A page of prose in the cell is no list of days, and would take long to take apart.
_LONGEST: Final = 500

_EXPECTED: Final = "曜日を「月火水」「毎週水曜日」「第1・3月曜日」「13Mo」のように書いてください。"


@dataclass(frozen=True, slots=True, order=True)
class DayRule:
    """One day of the week (1 Monday to 7 Sunday) and when it comes: 0 every week, 1–5 the nth, 6 the last, 7 every other."""

    day: int
    week: int = EVERY_WEEK


@dataclass(frozen=True, slots=True)
class Weekdays:
    """The days on which something takes place. `on_holidays`: 祝日 named as open, as closed, or None, not said."""

    rules: frozenset[DayRule]
    on_holidays: bool | None = None

    @property
    def days(self) -> frozenset[int]:
        """The weekday numbers 1 to 7 on which it takes place at least sometimes."""
        return frozenset(rule.day for rule in self.rules)

    @property
    def is_weekly(self) -> bool:
        """True when every named day comes every week, so that the day alone tells the dates."""
        return all(rule.week == EVERY_WEEK for rule in self.rules)

    def gif_code(self) -> str:
        """The rules as GIF 441 writes them, Monday first: `13Mo`, `14Tu4Th`, `0We`."""
        weeks: dict[int, str] = {}
        for rule in sorted(self.rules):
            weeks[rule.day] = weeks.get(rule.day, "") + str(rule.week)
        return "".join(f"{weeks[day]}{_GIF_DAYS[day - 1]}" for day in sorted(weeks))

    def __str__(self) -> str:
        order = {EVERY_WEEK: "", LAST_WEEK: "最終", EVERY_OTHER_WEEK: "隔週"}
        return "・".join(
            f"{order.get(rule.week, f'第{rule.week}')}{DAY_NAMES[rule.day - 1]}"
            for rule in sorted(self.rules)
        )


_GIF_CODE: Final = re.compile(r"(?:[0-7]+(?:Mo|Tu|We|Th|Fr|Sa|Su)[\s,/・;]*)+", re.IGNORECASE)
_GIF_PART: Final = re.compile(r"([0-7]+)(Mo|Tu|We|Th|Fr|Sa|Su)", re.IGNORECASE)
_DAY_NUMBERS: Final = re.compile(r"[1-7](?:[\s,・/]*[1-7])*")

# A day letter counts only where it can be a day: not 「木工」, 「1月」, 「日程」, 「月1回」, 「毎月」. 月 and 日 are also a month and
# a day of any kind (「潮のよい日」, 「参加できる日」, 「雨の日」, 「活動日」): without 曜 they count only behind another day,
# a sign that stands between days, or the words of the weeks.
_BEHIND_DAY: Final = (
    r"(?:^|(?<=[\s、,・/~〜\-–()&と及びやは火水木金土月日祝週終※:])|(?<=から)|(?<=[1-5週]の))"
)
_NO_MONTH: Final = r"(?<![0-9毎今か年月])"
_NO_DATE: Final = r"(?<![0-9毎祝休平曜翌当])"
_DAY: Final = (
    rf"(?:{_NO_MONTH}月(?=曜)|{_NO_DATE}日(?=曜)|{_BEHIND_DAY}(?:{_NO_MONTH}月|{_NO_DATE}日)|[火水木金土])"
    r"(?=曜|$|[\s、,・/~〜\-–()&と及か祝月火水木金土日はをにのが午※。:]|以外|除|休|定休|\d)(?!\d回|日程|の出)"
)
_TOKEN: Final = re.compile(
    rf"(?P<closed>(?:(?:祝日?|{_DAY}(?:曜日?)?|年末年始|お?盆)[・、,/と\s]*)+(?:は|を|が)?(?:除く?き?|以外|(?:定休|休館|休業|休|閉館)日?み?))"
    rf"|(?P<range>(?P<from>{_DAY})(?:曜日?)?\s*(?:[~〜\-–]|から)\s*(?P<to>{_DAY})(?:曜日?)?)"
    r"|(?P<weeks>(?:毎月)?\s*(?:第\s*[1-5](?:\s*週)?(?:[・、,.\s]*第?\s*[1-5](?:\s*週)?(?!\d|回))*|最終|隔週)(?:週)?の?)"
    r"|(?P<every>毎日|年中無休|無休|全曜日)"
    r"|(?P<workdays>平日)"
    r"|(?P<weekend>週末)"
    r"|(?P<holiday>(?:祝祭日|祝日|祝|国民の休日)(?!の場合|の翌|の前|に当|と重|が))"
    rf"|(?P<day>{_DAY})(?:曜日?)?"
    r"|(?P<filler>毎週|毎月|曜日|曜|[\s、,・/と及びの&。]+)"
)


_WEEK_BEFORE_DAY: Final = re.compile(r"第\s*[1-5](?:[・、,.\s]*第?\s*[1-5])*(?=[月火水木金土日])")
_EXCEPTION: Final = re.compile(r"※|ただし|但し|。")


def parse_weekdays(cell: str) -> Reading[Weekdays]:
    """Read 「月火水木金」, 「月・水」, 「毎週水曜日」, 「第1・3月曜日」, 「月〜金（祝日を除く）」, `0We`, `13Mo`, `14Tu4Th`, `12345`.

    What is not understood beside the days (「月1回」, 「会場は週替わり」) becomes the note: the days are then the days on
    which it may take place. A cell that names only days of rest (「水曜定休」) is a reason: the rest of the week
    need not be open.
    """
    if says_nothing(cell):
        return Reading()
    text = normalise_text(cell)
    if len(text) > _LONGEST:
        return Reading(reason=f"「{shown(text)}」は曜日の欄には長すぎます。{_EXPECTED}")
    if _GIF_CODE.fullmatch(text):
        return Reading(
            Weekdays(
                frozenset(
                    DayRule(_ENGLISH[day.lower()], int(week))
                    for weeks, day in _GIF_PART.findall(text)
                    for week in weeks
                )
            )
        )
    if _DAY_NUMBERS.fullmatch(text):
        return Reading(Weekdays(frozenset(DayRule(int(digit)) for digit in re.findall(r"\d", text))))
    return _read_sentence(text)


def _read_sentence(text: str) -> Reading[Weekdays]:
    # What follows ※, ただし or a full stop speaks of exceptions, and so do brackets that hold more than days.
    body, exception = _split_at(_EXCEPTION, text)
    found = _Found()
    remarks: list[str] = []
    for piece in re.split(r"(\([^()]*\))", body):
        bracketed = piece.startswith("(")
        inner = _scan(piece[1:-1] if bracketed else piece)
        if bracketed and inner.leftover:
            remarks.append(piece)
        else:
            found.add(inner)
            remarks.append(inner.leftover)
    rules = found.rules
    if not rules and found.all_but_closed:
        rules = {DayRule(day) for day in range(1, 8)}
    kept = frozenset(rule for rule in rules if rule.day not in found.closed)
    if not kept and found.on_holidays is not True:
        return Reading(reason=f"「{shown(text)}」: {_EXPECTED}")
    note = " ".join(remark for remark in (*remarks, exception.lstrip("。 ")) if remark)
    return Reading(Weekdays(kept, found.on_holidays), note=note)


def _split_at(sign: re.Pattern[str], text: str) -> tuple[str, str]:
    match = sign.search(text)
    return (text, "") if match is None else (text[: match.start()], text[match.start() :])


@dataclass(slots=True)
class _Found:
    """What a stretch of text names: open days, closed days, holidays, and the words that mean nothing to us."""

    rules: set[DayRule] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    on_holidays: bool | None = None
    all_but_closed: bool = False
    leftover: str = ""

    def add(self, other: "_Found") -> None:
        self.rules |= other.rules
        self.closed |= other.closed
        self.all_but_closed |= other.all_but_closed
        if other.on_holidays is not None:
            self.on_holidays = other.on_holidays


def _scan(text: str) -> _Found:
    # The digit of 「第1月曜」 would hide the 月, which after a digit is a month elsewhere.
    text = _WEEK_BEFORE_DAY.sub(r"\g<0>の", text)
    found = _Found()
    leftover: list[str] = []
    weeks: tuple[int, ...] = (EVERY_WEEK,)
    # The words of the weeks until a day takes them up.
    week_words = ""
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            leftover.append(text[position])
            position += 1
            continue
        position = match.end()
        piece = match.group()
        if match["closed"] and week_words:
            # 「第3火曜休」 closes one Tuesday in the month: a remark, since the other Tuesdays stay open.
            leftover.append(f" {week_words}{piece} ")
            weeks, week_words = (EVERY_WEEK,), ""
        elif match["closed"]:
            found.closed |= _days_named(piece)
            found.on_holidays = False if "祝" in piece else found.on_holidays
            found.all_but_closed |= "以外" in piece or "除" in piece
            leftover.extend(f"{word}を除く " for word in ("年末年始", "盆") if word in piece)
        elif match["weeks"]:
            weeks, week_words = _weeks_named(piece), piece.rstrip("の")
        elif match["holiday"]:
            found.on_holidays = True
        elif match["filler"]:
            leftover.append(" ")
            # A comma ends the reach of 「第1・3」; a middle dot does not: 「第2・4火・木」.
            if "毎週" in piece or (not week_words and re.search(r"[、,/\s]", piece)):
                weeks = (EVERY_WEEK,)
        else:
            found.rules |= {DayRule(day, week) for day in _days_of(match) for week in weeks}
            week_words = ""
    found.leftover = " ".join(part for part in "".join(leftover).split() if part.strip("※:~-"))
    return found


def _days_of(match: re.Match[str]) -> set[int]:
    if match["every"]:
        return set(range(1, 8))
    if match["workdays"]:
        return set(range(1, 6))
    if match["weekend"]:
        return {6, 7}
    if match["range"]:
        first, last = DAY_NAMES.index(match["from"]) + 1, DAY_NAMES.index(match["to"]) + 1
        # 「土〜火」 runs over the end of the week.
        return {(first + step - 1) % 7 + 1 for step in range((last - first) % 7 + 1)}
    return {DAY_NAMES.index(match["day"]) + 1}


def _days_named(piece: str) -> set[int]:
    days_only = re.sub(r"祝祭日|祝日|曜日|[定休]休日|休館日|休業日|閉館日|休日", " ", piece)
    return {number for number, name in enumerate(DAY_NAMES, start=1) if name in days_only}


def _weeks_named(piece: str) -> tuple[int, ...]:
    if "隔週" in piece:
        return (EVERY_OTHER_WEEK,)
    if "最終" in piece:
        return (LAST_WEEK,)
    return tuple(int(digit) for digit in re.findall(r"[1-5]", piece))
