"""The cases: how people came, what they wish, who stands by them."""

from datetime import date, timedelta
from random import Random

from data.generator.book import Row, read_lines
from data.generator.chance import ANCHOR_DATE, Deck, days_before, pick, sometimes, stream
from data.generator.land import Town
from data.generator.needs import measures, need_profile
from data.generator.people import voices
from data.generator.staff import logins

ROUTES = (
    "関係機関紹介", "家族・知人", "本人来所", "本人電話・メール", "居場所・地域活動", "受け入れ先", "住民の気づき", "アウトリーチ", "その他",
)  # fmt: skip
ROUTE_WEIGHTS = (9, 6, 3, 3, 4, 1, 3, 3, 1)
SENT_BY = (
    "中央福祉相談センター",
    "生活支援課",
    "こども家庭課",
    "障害相談の窓口",
    "地域包括の担当",
    "学校",
    "ハローワーク",
    "病院の相談室",
)
CLOSED = ("目標達成", "つなぎ", "本人の希望", "転居")
EARLY = (
    "次の週から始まる季節の仕事に間に合わせるため",
    "本人の気持ちが動いたときを逃さないため",
    "住まいの期限が近いため",
    "学校の年度替わりに合わせるため",
)
HOW_CONSENTED = ("署名", "署名", "口頭", "代理（親権者）")
FEUDS = ((7, 41), (34, 61), (52, 76), (18, 69), (25, 98))
NICKNAMES = ("そらさん", "ギターさん", "ぱんださん", "月曜さん", "Kさん", "あおさん", "ねこさん", "なぎさん")


def _light_path(number: int) -> bool:
    return number % 14 == 3


def _state(rng: Random, number: int, age_days: int) -> str:
    if _light_path(number):
        return pick(rng, ["支援中", "見守り"])
    if number % 12 == 0:
        return pick(rng, ["相談受付", "アセスメント"])
    if number % 15 == 7:
        return "アセスメント"
    if age_days > 300 and rng.random() < 0.3:
        return pick(rng, ["終結", "終結", "見守り", "中断"], [5, 2, 3, 1])
    return pick(rng, ["支援中", "支援中", "見守り"], [8, 4, 1])


def _form(number: int, state: str) -> str:
    if _light_path(number):
        return "プランを作らない参加"
    if state in ("相談受付", "アセスメント"):
        return ""
    return "早期開始" if number % 9 == 4 else "プランあり"


def _team(rng: Random, opened: date, district: str) -> list[str]:
    """Members with from–to; one of them has sometimes handed over."""
    first = pick(rng, logins("csw", district) or logins("csw"))
    second = pick(rng, logins("coordinator", district) or logins("coordinator"))
    members = [f"{first}:{opened.isoformat()}~"]
    if second != first:
        joined = opened + timedelta(days=rng.randint(3, 20))
        members.append(f"{second}:{min(joined, ANCHOR_DATE).isoformat()}~")
    if rng.random() < 0.12 and (ANCHOR_DATE - opened).days > 200:
        left = opened + timedelta(days=rng.randint(60, 180))
        before = pick(rng, [login for login in logins("csw") if login not in (first, second)])
        members.insert(0, f"{before}:{opened.isoformat()}~{left.isoformat()}")
    if rng.random() < 0.2:
        members.append(f"konda:{opened.isoformat()}~")
    return members


def _consents(rng: Random, opened: date, age: int, state: str) -> str:
    """What may go to whom and for what, since when; a withdrawal ends the flow that minute."""
    if state == "相談受付":
        return ""
    how = "代理（親権者）" if age < 18 else pick(rng, HOW_CONSENTED[:3])
    day = min(opened + timedelta(days=rng.randint(0, 30)), ANCHOR_DATE)
    parts = [f"相談の内容>支援チーム>参加支援>{day.isoformat()}~>{how}"]
    if state != "アセスメント":
        later = min(day + timedelta(days=rng.randint(5, 40)), ANCHOR_DATE)
        item = pick(rng, ["呼び名と得意なこと", "呼び名と配慮してほしいこと", "呼び名だけ"])
        until = min(later + timedelta(days=rng.randint(60, 200)), ANCHOR_DATE)
        withdrawn = until.isoformat() if rng.random() < 0.07 else ""
        parts.append(f"{item}>受け入れ先>受け入れの相談>{later.isoformat()}~{withdrawn}>{how}")
    return ";".join(parts)


def _never_meet(number: int, flagged: bool, rng: Random, blocked: list[str]) -> list[str]:
    """People and organisations that must never meet the case, from both sides of a feud."""
    listed = [f"P-{other:04d}" for pair in FEUDS for own, other in (pair, pair[::-1]) if own == number]
    if flagged:
        listed += rng.sample(blocked, 2)
    return listed


def make_cases(persons: list[Row], towns: list[Town], resources: list[Row]) -> list[Row]:
    """One case per person of the ledger, the oldest two years back."""
    rng = stream("cases")
    views = Deck(rng, read_lines("self_views"))
    by_name = {town.name: town for town in towns}
    open_places = [
        row["id"]
        for row in resources
        if row["種別"] in ("居場所", "ボランティア", "食の支援") and row["住所"]
    ]
    rows = []
    for number, (person, voice) in enumerate(zip(persons, voices(), strict=True), start=1):
        flagged = person["支援措置"] == "1"
        age_days = rng.randint(150, 725) if rng.random() < 0.8 else rng.randint(25, 150)
        state = _state(rng, number, age_days)
        if state in ("相談受付", "アセスメント"):
            age_days = rng.randint(4, 80)
        opened = days_before(age_days)
        form = _form(number, state)
        profile = need_profile(rng, voice, person, by_name.get(person["町"]))
        district = profile["圏域コード"]
        route = pick(rng, ROUTES, ROUTE_WEIGHTS)
        team = _team(rng, opened, district)
        row = {
            "ケース番号": f"T-{number:04d}", "台帳番号": person["台帳番号"], "受付日": opened.isoformat(), "経路": route,
            "紹介元": pick(rng, SENT_BY) if route == "関係機関紹介" else "", "状態": state, "支援の形": form,
            "呼び名": NICKNAMES[number // 14 % len(NICKNAMES)] if form == "プランを作らない参加" else "",
            **profile, "支援措置": person["支援措置"],
            "会ってはいけない相手": ";".join(_never_meet(number, flagged, rng, open_places)),
            "同意": _consents(rng, opened, int(voice["age"]), state),
            "チーム": ";".join(team), **_decision(rng, opened, form, state), **_closing(rng, opened, state),
            "次の約束日": _next_promise(rng, state), **measures(rng, state == "終結"),
            "本人の見かた": "" if state == "相談受付" else views.deal(),
        }  # fmt: skip
        if state == "相談受付":
            row |= {key: "" for key in row if key.endswith(("（はじめ）", "（いま）"))}
        rows.append(row)
    return rows


def _decision(rng: Random, opened: date, form: str, state: str) -> Row:
    blank = {"支援決定日": "", "早期開始の理由": "", "早期開始の確認期限": ""}
    if form == "プランあり" or (form == "早期開始" and state != "アセスメント"):
        decided = min(opened + timedelta(days=rng.randint(18, 60)), days_before(3))
        blank["支援決定日"] = decided.isoformat()
    if form == "早期開始":
        blank |= {
            "早期開始の理由": pick(rng, EARLY),
            "早期開始の確認期限": (opened + timedelta(days=90)).isoformat(),
        }
        # An early start may still wait for its confirmation.
        blank["支援決定日"] = sometimes(rng, 0.7, blank["支援決定日"])
    return blank


def _closing(rng: Random, opened: date, state: str) -> Row:
    if state not in ("終結", "中断"):
        return {"終結日": "", "終結の理由": "", "その後の連絡": ""}
    closed = opened + timedelta(days=rng.randint(200, max(201, (ANCHOR_DATE - opened).days - 10)))
    reason = "連絡途絶" if state == "中断" else pick(rng, CLOSED, [5, 4, 3, 1])
    return {
        "終結日": min(closed, days_before(5)).isoformat(), "終結の理由": reason,
        "その後の連絡": pick(rng, ["3か月に1回", "半年に1回", "年賀状と暑中見舞い", "本人から"]),
    }  # fmt: skip


def _next_promise(rng: Random, state: str) -> str:
    if state in ("終結", "中断"):
        return ""
    # A few promises are overdue: the start page must show what slipped.
    return days_before(rng.randint(-28, -1) if rng.random() < 0.88 else rng.randint(1, 12)).isoformat()
