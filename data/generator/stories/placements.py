"""Three hundred placements over two years: where people went, how long, and why it ended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from shapely.geometry import Point

from data.generator.book import Row, read_groups
from data.generator.chance import ANCHOR_DATE, Deck, days_before, pick, stream
from data.generator.land import Town
from data.generator.schedules import DAYS
from data.generator.stories.fit import Seeker, liking, minutes_to, slots_of, unease

TOTAL = 300
# Reasons with the side that caused them; codes stand in data/tables/ending_reasons.csv.
REASONS = {
    "体調": "本人", "本人の希望": "本人", "次の場へ移行": "本人", "家族": "本人", "連絡途絶": "本人",
    "環境不一致": "制度・環境", "移動": "制度・環境", "費用": "制度・環境", "人間関係": "受け入れ先",
    "受け入れ先都合": "受け入れ先", "支援の不足": "支援側",
}  # fmt: skip
CODES = {label: f"E{number:02d}" for number, label in enumerate(REASONS, start=1)}


@dataclass
class Visitors:
    """Who is where at what time, so that no seat is given twice and no two people meet who must not."""

    stays: dict[str, list[tuple[date, date, str, str]]] = field(default_factory=lambda: defaultdict(list))

    def clash(
        self,
        key: str,
        first: date,
        last: date,
        person: str,
        blocked: set[str],
        avoided_by: Mapping[str, set[str]],
    ) -> bool:
        """Whether somebody of a never-meet list stays at the place in the same weeks."""
        return any(
            begun <= last and first <= ended and (other in blocked or person in avoided_by.get(other, set()))
            for begun, ended, other, _ in self.stays[key]
        )

    def crowded(self, key: str, first: date, last: date) -> bool:
        """A place takes a few people from us at a time; more, and it would no longer be the same place."""
        return sum(begun <= last and first <= ended for begun, ended, _, _ in self.stays[key]) >= 4

    def seats_taken(self, key: str, slot: str, first: date, last: date) -> int:
        """How many hold the slot in those weeks."""
        return sum(
            begun <= last and first <= ended and slot == held for begun, ended, _, held in self.stays[key]
        )


@dataclass(frozen=True)
class Course:
    """The dates of one placement; a blank stage was not reached."""

    tour: date
    trial: date | None
    regular: date | None
    ended: date | None
    reason: str

    @property
    def last_day(self) -> date:
        """The last day on which the seat is held."""
        return self.ended or ANCHOR_DATE

    @property
    def stage(self) -> str:
        """The stage that was reached."""
        if self.regular:
            return "継続"
        return "体験" if self.trial else "見学"


def _seekers(cases: list[Row], persons: list[Row], towns: list[Town]) -> list[Seeker]:
    points = {town.name: town.point for town in towns}
    people = {person["台帳番号"]: person for person in persons}
    seekers = []
    for case in cases:
        person = people[case["台帳番号"]]
        born = date.fromisoformat(person["生年月日"])
        home: Point | None = points.get(person["町"])
        seekers.append(Seeker(case, (ANCHOR_DATE - born).days // 365, home))
    return seekers


def _shares(rng: Random, seekers: list[Seeker]) -> dict[str, int]:
    """How many placements each case gets; people in the middle of an assessment have none."""
    able = [s.case for s in seekers if s.case["状態"] not in ("相談受付", "アセスメント")]
    shares = {case["ケース番号"]: 1 for case in able}
    while sum(shares.values()) < TOTAL:
        case = pick(rng, able)
        months = (ANCHOR_DATE - date.fromisoformat(case["受付日"])).days / 30
        if shares[case["ケース番号"]] < 1 + months / 4:
            shares[case["ケース番号"]] += 1
    return shares


def _on_weekday(day: date, slot: str) -> date:
    """The next such weekday; whole weeks of shifting keep it true."""
    return day + timedelta(days=(DAYS.index(slot[:2]) - day.weekday()) % 7)


def _span(seeker: Seeker) -> tuple[date, date]:
    """The days in which a placement of this case may begin."""
    case = seeker.case
    opened = date.fromisoformat(case["受付日"])
    decided = case["支援決定日"] if case["支援の形"] == "プランあり" else ""
    first = date.fromisoformat(decided) if decided else opened + timedelta(days=8)
    last = date.fromisoformat(case["終結日"]) - timedelta(days=25) if case["終結日"] else days_before(8)
    return first, max(first, last)


def _course(rng: Random, seeker: Seeker, slot: str, begin: date, strain: float, work: bool) -> Course:
    """Walk through the stages; strain makes an early end likelier, as it does in life."""
    closing = date.fromisoformat(seeker.case["終結日"]) if seeker.case["終結日"] else None
    horizon = closing or ANCHOR_DATE
    tour = _on_weekday(begin, slot)
    if rng.random() < 0.12 + 0.09 * strain:
        return _ended(rng, tour, None, None, tour + timedelta(days=rng.randint(0, 6)), strain, horizon)
    trial = _on_weekday(tour + timedelta(days=rng.randint(5, 24)), slot)
    if trial > horizon:
        return Course(tour, None, None, *_at_closing(rng, closing, tour))
    if rng.random() < 0.14 + 0.08 * strain:
        return _ended(rng, tour, trial, None, trial + timedelta(days=rng.randint(1, 30)), strain, horizon)
    regular = _on_weekday(trial + timedelta(days=rng.randint(13, 35)), slot)
    if regular > horizon:
        return Course(tour, trial, None, *_at_closing(rng, closing, trial))
    weekly = (0.012 if work else 0.009) * (1 + 0.9 * strain)
    day = regular
    while day <= horizon:
        day += timedelta(days=7)
        # The second month is the hardest: the first interest is over and the habit is not there yet.
        hard = 1.8 if 28 <= (day - regular).days <= 70 else 1.0
        if rng.random() < weekly * hard:
            return _ended(rng, tour, trial, regular, day, strain, horizon)
    return Course(tour, trial, regular, *_at_closing(rng, closing, regular))


def _at_closing(rng: Random, closing: date | None, begun: date) -> tuple[date | None, str]:
    """With the case closed, the stay goes on without us or has ended; on paper it ends that day."""
    if closing is None:
        return None, ""
    return max(closing, begun), pick(rng, ["次の場へ移行", "本人の希望"])


def _ended(
    rng: Random, tour: date, trial: date | None, regular: date | None, day: date, strain: float, horizon: date
) -> Course:
    """An end before the horizon with its reason; where strain was high, the surroundings are the reason."""
    if day > horizon:
        return (
            Course(tour, trial, regular, None, "")
            if horizon == ANCHOR_DATE
            else Course(tour, trial, regular, horizon, "本人の希望")
        )
    weights = [4, 4, 5 if regular else 1, 2, 1, 1 + 2.5 * strain, 1 + strain, 0.8, 2, 2.5, 0.8]
    return Course(tour, trial, regular, day, pick(rng, list(REASONS), weights))


def make_placements(
    cases: list[Row], persons: list[Row], resources: list[Row], openings: list[Row], towns: list[Town]
) -> list[Row]:
    """Choose places as a coordinator would, with some luck in it, and let time pass."""
    rng = stream("placements")
    seekers = _seekers(cases, persons, towns)
    shares = _shares(rng, seekers)
    visitors = Visitors()
    avoided = {seeker.case["台帳番号"]: seeker.blocked for seeker in seekers}
    offers = _offers(resources, openings)
    said = {
        name: Deck(rng, lines)
        for name, lines in read_groups("visit_texts").items()
        if name.startswith("voice")
    }
    wanted = sorted(
        (
            (_begin(rng, seeker), seeker.case["ケース番号"], seeker)
            for seeker in seekers
            for _ in range(shares.get(seeker.case["ケース番号"], 0))
        ),
        key=lambda wish: wish[:2],
    )
    rows: list[Row] = []
    for begin, _, seeker in wanted:
        row = _place(rng, seeker, begin, offers, visitors, avoided)
        if row is not None:
            rows.append(row)
    while len(rows) < TOTAL:
        # Somebody found nothing at that time; another person, another week.
        seeker = pick(rng, [other for other in seekers if other.case["ケース番号"] in shares])
        row = _place(rng, seeker, _begin(rng, seeker), offers, visitors, avoided)
        if row is not None:
            rows.append(row)
    rows.sort(key=lambda row: (row["見学日"], row["ケース番号"]))
    return [
        _with_words(rng, row | {"参加番号": f"M-{number:04d}"}, said)
        for number, row in enumerate(rows, start=1)
    ]


def _begin(rng: Random, seeker: Seeker) -> date:
    first, last = _span(seeker)
    return first + timedelta(days=rng.randint(0, (last - first).days))


def _offers(resources: list[Row], openings: list[Row]) -> list[tuple[Row, Row | None]]:
    nobody: list[Row | None] = [None]
    by_resource: dict[str, list[Row | None]] = defaultdict(list)
    for opening in openings:
        by_resource[opening["資源ID"]].append(opening)
    return [(row, opening) for row in resources for opening in (by_resource.get(row["id"], nobody))]


def _place(
    rng: Random,
    seeker: Seeker,
    begin: date,
    offers: list[tuple[Row, Row | None]],
    visitors: Visitors,
    avoided: Mapping[str, set[str]],
) -> Row | None:
    """The best offers with a little noise, until one has a seat and nobody who must not be met."""
    person = seeker.case["台帳番号"]
    light = seeker.case["支援の形"] == "プランを作らない参加"
    scored = []
    for resource, opening in offers:
        score = liking(seeker, resource, opening)
        if score is None or (light and opening is not None):
            continue
        # Openings that forbid a stage are left for the matching to find; nobody's story stumbles over them.
        if opening is not None and "不可" in (opening["見学"], opening["体験"], opening["継続"]):
            continue
        been = any(other == person for _, _, other, _ in visitors.stays[resource["id"]])
        scored.append((score + rng.gauss(0, 0.9) - 3 * been, resource["id"], resource, opening))
    for _, _, resource, opening in sorted(scored, key=lambda entry: (-entry[0], entry[1])):
        slot = pick(rng, sorted(seeker.free & set(slots_of(resource, opening))))
        minutes = minutes_to(seeker, resource)
        strain = min(
            3.0,
            unease(seeker, resource) * 0.7
            + (0 if minutes is None else minutes / float(seeker.case["移動の上限（分）"]) * 0.6),
        )
        course = _course(rng, seeker, slot, begin, strain, opening is not None)
        if course.tour > min(ANCHOR_DATE, course.last_day):
            continue
        key = opening["受け入れ枠ID"] if opening else resource["id"]
        if visitors.crowded(resource["id"], course.tour, course.last_day):
            continue
        if visitors.clash(resource["id"], course.tour, course.last_day, person, seeker.blocked, avoided):
            continue
        if opening is not None:
            seats = next(
                int(seat.split(":")[1]) for seat in opening["枠"].split(";") if seat.startswith(slot)
            )
            if visitors.seats_taken(key, slot, course.tour, course.last_day) >= seats:
                continue
            visitors.stays[key].append((course.tour, course.last_day, person, slot))
        visitors.stays[resource["id"]].append((course.tour, course.last_day, person, slot))
        return _row(rng, seeker, resource, opening, slot, course)
    return None


def _basis(seeker: Seeker) -> tuple[str, str]:
    case = seeker.case
    if case["支援の形"] == "プランを作らない参加":
        return "プランを作らない参加", case["受付日"]
    if case["支援の形"] == "早期開始":
        return "早期開始", (date.fromisoformat(case["受付日"]) + timedelta(days=7)).isoformat()
    return "支援決定", case["支援決定日"]


def _row(rng: Random, seeker: Seeker, resource: Row, opening: Row | None, slot: str, course: Course) -> Row:
    basis, based = _basis(seeker)
    work = opening is not None
    signed = work and course.trial is not None
    return {
        "参加番号": "", "ケース番号": seeker.case["ケース番号"], "資源ID": resource["id"],
        "受け入れ枠ID": opening["受け入れ枠ID"] if opening else "", "曜日": slot[:2], "時間帯": slot[2:],
        "頻度": pick(rng, ["週1回", "週1回", "2週に1回", "月1回", "週2回まで"] if not work else ["週1回", "週1回", "週2回まで"]),
        "始まりの根拠": basis, "根拠の日": based, "段階": course.stage, "見学日": course.tour.isoformat(),
        "体験開始日": course.trial.isoformat() if course.trial else "",
        "継続開始日": course.regular.isoformat() if course.regular else "",
        "終了日": course.ended.isoformat() if course.ended else "",
        "終わりの理由": CODES[course.reason] if course.ended else "",
        "どの側から": _side(rng, course.reason) if course.ended else "",
        "合意書": "あり" if signed else "", "保険の確認": "済" if work else "",
    }  # fmt: skip


def _side(rng: Random, reason: str) -> str:
    """A quarrel or a wish may come from either side; the rest has its side."""
    if reason == "人間関係":
        return pick(rng, ["受け入れ先", "本人", "支援側"])
    return REASONS[reason]


def _with_words(rng: Random, row: Row, said: Mapping[str, Deck]) -> Row:
    """What the person and the host said about it, where somebody asked."""
    good = row["段階"] == "継続" or not row["終了日"]
    own = said["voice-good"] if good else said["voice-end"]
    row["本人のひとこと"] = own.deal() if rng.random() < 0.7 else ""
    row["受け入れ先のひとこと"] = said["voice-host"].deal() if rng.random() < 0.45 else ""
    return row
