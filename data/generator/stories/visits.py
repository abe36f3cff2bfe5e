"""Two thousand contacts over two years: before, during and after the placements."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from data.generator.book import Row, read_groups
from data.generator.chance import ANCHOR_DATE, Deck, bell, pick, poisson, stream

TOTAL = 2000
FOLLOW_UP_DAYS = 180
# The default rhythm after a start, apart for the person and for the host.
PERSON_DAYS = (1, 7, 30, 90, 180)
HOST_DAYS = (2, 21, 75, 150)
FACES = ("心配", "すこし心配", "ふつう", "よい", "とてもよい")
MEANS = {
    "pre": (("電話", "訪問", "手紙", "メール", "チャット", "来所"), (5, 6, 3, 2, 3, 3)),
    "tour": (("同行", "電話", "来所"), (8, 2, 1)),
    "trial": (("同行", "電話", "訪問", "チャット", "受け入れ先訪問"), (4, 4, 2, 2, 3)),
    "ongoing": (
        ("電話", "訪問", "来所", "チャット", "受け入れ先訪問", "オンライン", "会議"),
        (5, 3, 3, 3, 3, 1, 1),
    ),
    "host": (("受け入れ先訪問", "電話", "メール"), (6, 4, 1)),
    "after": (("電話", "手紙", "チャット", "訪問", "来所"), (5, 4, 2, 2, 1)),
}
# Which openings can have been written after such a contact; a phase or means that is not listed takes any.
FITS = {
    ("pre", "電話"): ("電話は", "電話口", "折り返し"),
    ("pre", "訪問"): ("玄関", "インターホン", "ふすま", "庭先", "カーテン", "家の前", "湯のみ", "手紙だけ"),
    ("pre", "手紙"): ("封筒", "投函", "葉書"),
    ("pre", "メール"): ("返信", "メール"),
    ("pre", "チャット"): ("チャット", "既読"),
    ("pre", "来所"): ("来所", "待合", "空欄", "相談室"),
    ("tour", "電話"): ("前日に電話", "日を本人が選ばれた"),
    ("trial", "電話"): (
        "疲れたとのこと",
        "家に帰って",
        "眠れなかった",
        "困ったとのこと",
        "信号まで",
        "覚えていて",
    ),
    ("trial", "チャット"): (
        "疲れたとのこと",
        "家に帰って",
        "眠れなかった",
        "困ったとのこと",
        "信号まで",
        "印をつけた",
    ),
    ("after", "電話"): (
        "電話。",
        "次の場での",
        "やめた理由",
        "近況",
        "受け入れ先が",
        "友だち",
        "決めたとのこと",
    ),
    ("after", "手紙"): ("葉書", "手紙", "近況"),
    ("after", "チャット"): ("次の場での", "友だち", "決めたとのこと", "受け入れ先が"),
    ("after", "訪問"): ("見かけた", "やめた理由", "次の場での", "受け入れ先が"),
    ("after", "来所"): ("やめた理由", "次の場での", "友だち", "決めたとのこと"),
}
ATTENDED = (
    ("来た", 74),
    ("途中で帰った", 7),
    ("休み（連絡あり）", 11),
    ("休み（連絡なし）", 4),
    ("受け入れ先の都合で休み", 4),
)


@dataclass(frozen=True)
class Moment:
    """A contact that may have taken place."""

    day: date
    case: Row
    placement: Row | None
    phase: str
    needed: bool


def _moments(rng: Random, cases: list[Row], placements: list[Row]) -> list[Moment]:
    by_case: dict[str, list[Row]] = defaultdict(list)
    for placement in placements:
        by_case[placement["ケース番号"]].append(placement)
    moments: list[Moment] = []
    for case in cases:
        own = by_case[case["ケース番号"]]
        moments.extend(_before(rng, case, own))
        for placement in own:
            moments.extend(_during(rng, case, placement))
    return moments


def _before(rng: Random, case: Row, placements: list[Row]) -> list[Moment]:
    """Contacts before the first placement; with nothing arranged yet they go on until today."""
    opened = date.fromisoformat(case["受付日"])
    until = min((date.fromisoformat(row["見学日"]) for row in placements), default=ANCHOR_DATE)
    length = (until - opened).days
    days = {0} | {rng.randrange(length) for _ in range(2 + poisson(rng, length / 28))} if length > 0 else {0}
    return [
        Moment(opened + timedelta(days=day), case, None, "pre", day == 0)
        for day in sorted(days)
        if day < max(1, length)
    ]


def _during(rng: Random, case: Row, placement: Row) -> list[Moment]:
    tour = date.fromisoformat(placement["見学日"])
    trial = date.fromisoformat(placement["体験開始日"]) if placement["体験開始日"] else None
    regular = date.fromisoformat(placement["継続開始日"]) if placement["継続開始日"] else None
    ended = date.fromisoformat(placement["終了日"]) if placement["終了日"] else None
    last = ended or ANCHOR_DATE
    moments = [Moment(tour, case, placement, "tour", True)]
    begun = trial or tour
    for offset in PERSON_DAYS:
        day = begun + timedelta(days=max(0, offset + rng.randint(-1, 3)))
        phase = "tour" if trial is None else ("trial" if regular is None or day < regular else "ongoing")
        moments.append(Moment(day, case, placement, phase, offset <= 30))
    if regular:
        months = (last - regular).days // 30
        spread = [
            regular + timedelta(days=rng.randrange(max(1, (last - regular).days)))
            for _ in range(round(months * 0.9))
        ]
        moments += [Moment(day, case, placement, "ongoing", False) for day in spread]
    if placement["受け入れ枠ID"] or rng.random() < 0.3:
        moments += [
            Moment(begun + timedelta(days=offset + rng.randint(0, 6)), case, placement, "host", offset < 10)
            for offset in HOST_DAYS
        ]
    kept = [moment for moment in moments if moment.day <= last]
    if ended:
        closing = min(ANCHOR_DATE, ended + timedelta(days=FOLLOW_UP_DAYS))
        days = {
            ended + timedelta(days=offset + rng.randint(0, 9))
            for offset in (10, 45, 120)
            if rng.random() < 0.6
        }
        kept += [Moment(day, case, placement, "after", False) for day in sorted(days) if day <= closing]
    return kept


class Notes:
    """Short texts in two halves that are never joined the same way twice."""

    def __init__(self, rng: Random) -> None:
        """Shuffle every half."""
        self._rng = rng
        self._groups = read_groups("visit_texts")
        self._decks = {name: Deck(rng, lines) for name, lines in self._groups.items()}
        self._written: set[str] = set()

    def write(self, phase: str, means: str, interest: str) -> str:
        """A text that fits the phase and the way of contact."""
        text = self._opening(phase, means)
        while True:
            # A half that was joined like this before gets one more remark, so this always ends.
            text += self._decks[f"{phase}-more"].deal()
            told = text.replace("{interest}", interest)
            if told not in self._written:
                self._written.add(told)
                return told

    def _opening(self, phase: str, means: str) -> str:
        words = FITS.get((phase, means))
        if words is None:
            return self._decks[phase].deal()
        return pick(self._rng, [line for line in self._groups[phase] if any(word in line for word in words)])

    def nobody(self) -> str:
        """Nobody was there, which is a result too."""
        return self._decks["away"].deal()

    def promise(self, phase: str) -> str:
        """What comes next."""
        return self._decks[f"promise-{phase}" if phase in ("host", "after") else "promise"].deal()


def _writer(rng: Random, case: Row, day: date, notes_for: str) -> str:
    """A member of the team on that day."""
    on_duty = []
    for member in case["チーム"].split(";"):
        login, span = member.split(":")
        first, _, last = span.partition("~")
        if first <= day.isoformat() and (not last or day.isoformat() <= last):
            on_duty.append(login)
    if notes_for == "host" and len(on_duty) > 1:
        return on_duty[1]
    return pick(rng, on_duty)


def _face(rng: Random, moment: Moment, host: bool) -> str:
    """Moods follow how it went on, loosely; a good day may stand before an end."""
    middle = 2.6
    placement = moment.placement
    if placement is not None:
        middle = 2.9 if placement["段階"] == "継続" else 2.2
        if placement["終了日"] and (date.fromisoformat(placement["終了日"]) - moment.day).days < 25:
            middle -= 0.9
    return FACES[round(bell(rng, middle + (0.2 if host else 0), 0.9, 0, 4))]


def _with_whom(rng: Random, moment: Moment, means: str) -> str:
    if moment.phase == "host":
        return pick(rng, ["受け入れ先", "受け入れ先", "受け入れ先・コーディネーター"])
    if means == "受け入れ先訪問":
        return pick(rng, ["本人・受け入れ先", "受け入れ先"])
    if means == "会議":
        return "本人・受け入れ先・支援者"
    if moment.phase == "pre":
        return pick(rng, ["本人", "本人", "家族", "本人・家族"])
    return pick(rng, ["本人", "本人", "本人", "本人・家族", "本人・支援者"])


def _row(rng: Random, number: int, moment: Moment, notes: Notes) -> Row:
    means, phase = pick(rng, *MEANS[moment.phase]), moment.phase
    attended = ""
    if phase in ("trial", "ongoing"):
        attended = pick(rng, [name for name, _ in ATTENDED], [share for _, share in ATTENDED])
    if attended.startswith("休み"):
        # Nobody walks along with a person who stayed at home: such a day is a call or a message.
        means, phase = pick(rng, ["電話", "チャット", "メール"], [6, 3, 1]), "absent"
    away = moment.phase in ("pre", "after") and means == "訪問" and rng.random() < 0.12
    whom = "不在" if away else _with_whom(rng, moment, means)
    interest = pick(rng, moment.case["関心のことば"].split(";"))
    next_day = moment.day + timedelta(days=rng.choice((7, 7, 14, 14, 21, 28, 30, 60, 90)))
    promised = rng.random() < 0.78
    met = "本人" in whom
    if phase == "tour":
        attended = "来た" if means == "同行" else ""
    host_spoke = "受け入れ先" in whom
    return {
        "記録番号": f"V-{number:05d}", "ケース番号": moment.case["ケース番号"],
        "参加番号": moment.placement["参加番号"] if moment.placement else "", "日付": moment.day.isoformat(),
        "書いた人": _writer(rng, moment.case, moment.day, moment.phase), "方法": means, "会った相手": whom,
        "本人のようす": _face(rng, moment, host=False) if met else "",
        "受け入れ先のようす": _face(rng, moment, host=True) if host_spoke else "",
        "出席": attended if met else "",
        "記録": notes.nobody() if away else notes.write(phase, means, interest),
        "次の約束": notes.promise(phase) if promised else "", "次の約束日": next_day.isoformat() if promised else "",
        "共有の根拠": "本人同意" if moment.case["同意"] and moment.placement else pick(rng, ["本人同意", "担当者のみ"] if moment.case["同意"] else ["担当者のみ"]),
    }  # fmt: skip


def make_visits(cases: list[Row], placements: list[Row]) -> list[Row]:
    """Exactly so many contacts: the needed ones always, the others by lot."""
    rng = stream("visits")
    moments = _moments(rng, cases, placements)
    needed = [moment for moment in moments if moment.needed]
    others = [moment for moment in moments if not moment.needed]
    rng.shuffle(others)
    kept = (needed + others)[:TOTAL]
    if len(kept) < TOTAL:
        raise ValueError(f"only {len(kept)} contacts could have happened, {TOTAL} are wanted")
    kept.sort(
        key=lambda m: (m.day, m.case["ケース番号"], m.phase, m.placement["参加番号"] if m.placement else "")
    )
    notes = Notes(rng)
    return [_row(rng, number, moment, notes) for number, moment in enumerate(kept, start=1)]
