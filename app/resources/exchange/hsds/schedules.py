"""The timetable as schedules of HSDS, which follow the recurrence rules of iCalendar.

HSDS knows weekly and monthly rules. What comes every year, a closure, and what happens on public holidays are schedules
in words, with the exact value as an attribute. The code of GIF 441 stands on every rule as well: several rules of
iCalendar may be one of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from app.resources.engine.schedule.timetable import Meeting, SpecialDays, Timetable, rules_of
from app.resources.engine.schedule.words import (
    break_words,
    closure_words,
    fortnight_words,
    hours_words,
    rule_words,
    span_words,
)
from app.resources.engine.week import schedule_text
from app.resources.exchange.hsds import clock_times, ids
from app.resources.exchange.hsds.attributes import attributes_of
from app.resources.exchange.hsds.facts import Document, fact_terms
from app.resources.exchange.hsds.offers import Offer
from app.text.values.weekdays import EVERY_OTHER_WEEK, EVERY_WEEK, LAST_WEEK, DayRule, Weekdays

HOURS_FROM_UTC: Final = 9
ICAL_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY_DAY: Final = ",".join(ICAL_DAYS)

_Said = list[tuple[str, str]]


def schedules_of(offer: Offer) -> list[Document]:
    """Return the schedules of an offer; none where nothing is known of when it takes place."""
    service_id = offer.id
    found: list[Document] = []
    seen: dict[str, int] = {}
    for facts, said in _parts(offer):
        words = "\x1f".join(f"{name}={facts[name]}" for name in sorted(facts))
        seen[words] = seen.get(words, 0) + 1
        schedule_id = ids.make_id("schedule", service_id, words, str(seen[words]))
        document = {"id": schedule_id, "service_id": service_id, **facts}
        terms = [(fact_terms()[code], value) for code, value in said]
        if terms:
            document["attributes"] = attributes_of(schedule_id, "schedule", terms)
        found.append(document)
    return found


def _parts(offer: Offer) -> Iterator[tuple[dict[str, Any], _Said]]:
    timetable = offer.timetable
    if timetable is not None:
        for meeting in timetable.meetings:
            yield from _meeting(meeting)
        for special in timetable.dates:
            yield _special(special)
        yield from _closed(timetable)
    elif offer.schedule or offer.opens_minute is not None or offer.closes_minute is not None:
        hours = hours_words(offer.opens_minute, offer.closes_minute)
        words = " ".join(filter(None, (schedule_text(offer.schedule), hours)))
        facts = {"timezone": HOURS_FROM_UTC, "description": words}
        yield (
            facts | clock_times.written(offer.opens_minute, offer.closes_minute),
            [("schedule_words", offer.schedule or "")],
        )
    if offer.schedule_note or (timetable is not None and timetable != _as_said(timetable)):
        yield (
            ({"notes": offer.schedule_note} if offer.schedule_note else {}),
            [("schedule_note", _more(timetable))],
        )


def _as_said(timetable: Timetable) -> Timetable:
    return Timetable(
        timetable.meetings, timetable.dates, timetable.closures, timetable.breaks, timetable.holidays
    )


def _more(timetable: Timetable | None) -> str:
    """Say what free words may add to the timetable: further days, or exceptions alone, or nothing."""
    if timetable is None or not timetable.says_more:
        return "complete" if timetable is not None and not timetable.may_add else "usual"
    return "may_add" if timetable.may_add else "may_take_away"


def more_flags(value: str) -> tuple[bool, bool]:
    """Return `says_more` and `may_add` of a timetable from what stands on its note."""
    return {"may_add": (True, True), "may_take_away": (True, False), "complete": (False, False)}.get(
        value, (False, True)
    )


def _meeting(meeting: Meeting) -> Iterator[tuple[dict[str, Any], _Said]]:
    said: _Said = [("weekday_code", meeting.code)]
    if meeting.who:
        said.append(("who", meeting.who))
    hours = hours_words(meeting.opens, meeting.closes)
    for rule, code in _recurrences(meeting):
        name = rule_words(code)
        if not rule:
            name = f"{fortnight_words(code)}（どの週かは不明）"
        facts: dict[str, Any] = {"timezone": HOURS_FROM_UTC}
        if meeting.starts:
            facts["valid_from"] = meeting.starts.isoformat()
        if meeting.until:
            facts["valid_to"] = meeting.until.isoformat()
        facts |= {**rule, "description": " ".join(filter(None, (name, hours)))}
        facts |= clock_times.written(meeting.opens, meeting.closes)
        if meeting.note:
            facts["notes"] = meeting.note
        yield facts, said


def _recurrences(meeting: Meeting) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each rule of iCalendar with its code of GIF 441; a fortnight without an anchor is no rule."""
    by_week: dict[str, list[DayRule]] = {"weekly": [], "monthly": [], "fortnight": []}
    for rule in sorted(rules_of(meeting.code).rules):
        sort = {EVERY_WEEK: "weekly", EVERY_OTHER_WEEK: "fortnight"}.get(rule.week, "monthly")
        by_week[sort].append(rule)
    for sort, rules in by_week.items():
        if not rules:
            continue
        code = Weekdays(frozenset(rules)).gif_code()
        if sort == "monthly":
            yield {"freq": "MONTHLY", "interval": 1, "byday": ",".join(map(_nth, rules))}, code
            continue
        facts: dict[str, Any] = {
            "wkst": "MO",
            "freq": "WEEKLY",
            "interval": 1,
            "byday": ",".join(ICAL_DAYS[rule.day - 1] for rule in rules),
        }
        if sort == "weekly":
            yield facts, code
        elif meeting.anchor:
            yield {"dtstart": meeting.anchor.isoformat(), **facts, "interval": 2}, code
        else:
            yield {}, code


def _nth(rule: DayRule) -> str:
    return f"{-1 if rule.week == LAST_WEEK else rule.week}{ICAL_DAYS[rule.day - 1]}"


def _bounds(first: date, last: date) -> dict[str, Any]:
    return {"timezone": HOURS_FROM_UTC, "valid_from": first.isoformat(), "valid_to": last.isoformat()}


def _special(special: SpecialDays) -> tuple[dict[str, Any], _Said]:
    hours = hours_words(special.opens, special.closes)
    facts = _bounds(special.first, special.last) | {
        "dtstart": special.first.isoformat(),
        "until": special.last.isoformat(),
        "wkst": "MO",
        "freq": "WEEKLY",
        "interval": 1,
        "byday": EVERY_DAY,
        "description": " ".join(filter(None, (span_words(special.first, special.last), hours))),
    }
    facts |= clock_times.written(special.opens, special.closes)
    if special.note:
        facts["notes"] = special.note
    return facts, [("special_days", f"{special.first.isoformat()}/{special.last.isoformat()}")]


def _closed(timetable: Timetable) -> Iterator[tuple[dict[str, Any], _Said]]:
    for closure in timetable.closures:
        facts = _bounds(closure.first, closure.last) | {"description": closure_words(closure)}
        if closure.why:
            facts["notes"] = closure.why
        yield facts, [("closure", f"{closure.first.isoformat()}/{closure.last.isoformat()}")]
    for each in timetable.breaks:
        facts = {"timezone": HOURS_FROM_UTC, "description": break_words(each)}
        if each.why:
            facts["notes"] = each.why
        days = "{:02}-{:02}/{:02}-{:02}".format(*each.first, *each.last)
        yield facts, [("yearly_break", days)]
    if timetable.holidays is not None:
        facts = {"timezone": HOURS_FROM_UTC, "description": timetable.holidays.label}
        yield facts, [("holiday_rule", timetable.holidays.value)]
