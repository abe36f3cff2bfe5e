"""Remarks about days: 「祝日は休み」, 「8月は休み」, 「第5週は休み」. What is not understood as a whole stays free text."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.resources.engine.schedule.timetable import YearlyBreak
from app.text.normalise import normalise_text
from app.text.values.weekdays import DAY_NAMES

# The days on which public offices rest (行政機関の休日に関する法律 第1条).
NEW_YEAR: Final = YearlyBreak((12, 29), (1, 3), "年末年始")
_LEAP_YEAR: Final = 2024

_THING: Final = re.compile(
    r"(?P<holidays>国民の祝日に関する法律に(?:規定する|定める)休日|国民の祝日|祝祭日|祝日|祝)"
    r"|(?P<from_month>\d{1,2})[月/](?P<from_day>\d{1,2})日?\s*(?:[~〜\-]|から)\s*(?:翌年?の?)?\s*"
    r"(?P<to_month>\d{1,2})[月/](?P<to_day>\d{1,2})日?(?:まで)?"
    r"|(?P<new_year>年末年始)(?!\s*\(?\d)|(?P<fifth>第5週)|(?P<month>1[0-2]|[1-9])月(?![曜\d])"
    r"|(?P<days>[火水木金土日月]+)(?:曜日?)?(?![一-龠])|(?P<between>年末年始|[\s、,・/()と]|及び|または)"
)
_CLOSED: Final = re.compile(
    r"(?:は|を|が)?\s*(?:終日)?\s*(?:お休み|休み|休館日?|休業日?|閉館日?|定休日?|除く|除き|利用不可|休)(?:です|します)?\)?$"
)
_OPEN_ON_HOLIDAYS: Final = re.compile(r"祝祭?日[はも](?:開館|開所|営業|利用可|開いてい?ます?|行い?ます)")
_SENTENCE: Final = re.compile(r"[。※;\n「」]+")
# Words after which the days of the week are only those on which it may take place.
_HOW_OFTEN: Final = re.compile(
    r"[0-9一二三四数何][回度]|(?:か|ヶ|ヵ|カ|ケ|箇)月|おき|隔月|不定|時々|ときどき|たまに|くらい"
    r"|または|どちらか|応相談|要相談|日程.*(?:相談|問)|次第|天気|天候|晴れ|潮"
)
# Words with which a sentence may name further days. 「会場が週替わり」 and 「満員の日は入れ替え制」 name none.
_FURTHER_DAYS: Final = re.compile(
    r"曜|休日|祝|臨時|随時|不定|振替|平日|週末|土日|毎日|変わ(?:る|り|っ)|変更|追加|以外|第[1-5]|\d月(?:は|も|に)"
)
_ONLY_FEWER: Final = re.compile(r"のみ|だけ|中止|は休|休(?:館|業|止)|替わり")


@dataclass(frozen=True, slots=True)
class Remarks:
    """What remarks say. `rest` holds the sentences that are not understood; days are 1 Monday to 7 Sunday."""

    holidays_closed: bool = False
    holidays_open: bool = False
    breaks: tuple[YearlyBreak, ...] = ()
    closed_days: frozenset[int] = frozenset()
    fifth_week_off: bool = False
    rest: tuple[str, ...] = ()

    @property
    def say_how_often(self) -> bool:
        """True when a sentence that is not understood makes the days uncertain: 「月1回」, 「天気で決めます」."""
        return any(_HOW_OFTEN.search(sentence) for sentence in self.rest)

    @property
    def may_name_further_days(self) -> bool:
        """True when a sentence that is not understood may speak of days beside those that are named."""
        return any(
            _FURTHER_DAYS.search(sentence) and not _ONLY_FEWER.search(sentence) for sentence in self.rest
        )


def read_remarks(texts: Iterable[str], *, are_closed_days: bool = False) -> Remarks:
    """Read sentences such as 「祝日と年末年始は休み」; in a column for closed days the 「は休み」 is left out."""
    holidays_closed = holidays_open = fifth_week_off = False
    breaks: list[YearlyBreak] = []
    closed_days: set[int] = set()
    rest: list[str] = []
    for sentence in (part for text in texts for part in _SENTENCE.split(text)):
        words = normalise_text(sentence)
        if _OPEN_ON_HOLIDAYS.fullmatch(words):
            holidays_open = True
            continue
        things = _things_in(words, are_closed_days=are_closed_days)
        if things is None:
            rest += [words] if words else []
            continue
        for thing in things:
            holidays_closed |= thing["holidays"] is not None
            fifth_week_off |= thing["fifth"] is not None
            if thing["new_year"]:
                breaks.append(NEW_YEAR)
            if thing["from_month"]:
                breaks.append(_named_break(thing))
            if thing["month"]:
                month = int(thing["month"])
                last = calendar.monthrange(_LEAP_YEAR, month)[1]
                breaks.append(YearlyBreak((month, 1), (month, last)))
            closed_days |= {DAY_NAMES.index(name) + 1 for name in thing["days"] or ""}
    return Remarks(
        holidays_closed,
        holidays_open,
        tuple(dict.fromkeys(breaks)),
        frozenset(closed_days),
        fifth_week_off,
        tuple(rest),
    )


def _named_break(thing: re.Match[str]) -> YearlyBreak:
    first, last = (
        (int(thing["from_month"]), int(thing["from_day"])),
        (int(thing["to_month"]), int(thing["to_day"])),
    )
    return YearlyBreak(first, last, NEW_YEAR.why if first > last else "")


def _things_in(words: str, *, are_closed_days: bool) -> list[re.Match[str]] | None:
    """Return what a sentence says to be closed; None when it says anything else."""
    body = _CLOSED.sub("", words)
    if not body or (body == words and not are_closed_days):
        return None
    things: list[re.Match[str]] = []
    position = 0
    while position < len(body):
        match = _THING.match(body, position)
        if match is None:
            return None
        if match["from_month"] and not _is_calendar_span(match):
            return None
        things.append(match)
        position = match.end()
    return things if any(thing.lastgroup != "between" for thing in things) else None


def _is_calendar_span(match: re.Match[str]) -> bool:
    try:
        _named_break(match)
    except ValueError:
        return False
    return True
