"""The people supported: identity, household, strengths and their own words."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from data.generator.book import Row, read_words
from data.generator.chance import ANCHOR_DATE, CITY, pick, sometimes, stream
from data.generator.land import street_number
from data.generator.population import Residents
from data.generator.staff import staff_rows

# Voices that belong to one household, each known by its first words: mother and daughter, two couples.
TOGETHER = (
    ("娘が家に", "母のとなりの"),
    ("夫の物忘れ", "妻が笑う"),
    ("子どもの学校の紙", "子どもに、働く父"),
)

CARERS = {
    "母": ("母が倒れたときは、{}に連絡する約束。", "母の入院にそなえ、{}と緊急時の紙を作った。"),
    "父": ("父が動けなくなったら、{}へ。", "父の通院の日は{}が気にかけている。"),
    "両親": (
        "両親とも七十代。二人が同時に動けない日のことは、まだ話せていない。",
        "親が留守の日は{}に声がかかる。",
    ),
}
HELPERS = ("民生委員", "隣の家", "おば", "福祉相談センター", "自治会長", "訪問看護")
SUPPORTS = (
    "訪問看護（週1回）",
    "医療保険の通院",
    "ケアマネジャー（同居の親）",
    "学校のスクールソーシャルワーカー",
    "年金の相談中",
    "生活困窮の家計相談",
    "なし",
    "",
)
SCHOOL_OF_AGE = ((12, "小学校"), (15, "中学校"), (18, "高校（通信制を含む）"))


def voices() -> tuple[Mapping[str, str], ...]:
    """The word list of voices; the order is the order of the ledger."""
    return read_words("voices")


def _era(age: int) -> str:
    if age >= 58:
        return "old"
    return "mid" if age >= 30 else "young"


def _names(rng: Random) -> list[tuple[str, str, str]]:
    """Surname, full name and kana for each voice; no two alike, and none of the staff's."""
    given = {row["氏名"] for row in staff_rows()}
    surnames, first = read_words("surnames"), read_words("given")
    named: list[tuple[str, str, str]] = []
    for voice in voices():
        family = _housemate(voice)
        foreign = "22" in voice["issues"].split(";") and int(voice["age"]) >= 18
        era = "abroad" if foreign else _era(int(voice["age"]))
        fitting = [
            row
            for row in first
            if row["sex"] == voice["sex"] and (row["era"] == era or voice["sex"] == "答えない")
        ]
        while True:
            last = pick(rng, surnames)
            if family is not None and family < len(named):
                last = next(row for row in surnames if row["name"] == named[family][0])
            own = pick(rng, fitting)
            name = f"{last['name']} {own['name']}"
            if name not in given:
                given.add(name)
                named.append((last["name"], name, f"{last['kana']} {own['kana']}"))
                break
    return named


def _position(words: str) -> int:
    return next(index for index, voice in enumerate(voices()) if voice["words"].startswith(words))


def _housemate(voice: Mapping[str, str]) -> int | None:
    """The position of the other person of the same household, if that person is in the ledger."""
    for pair in TOGETHER:
        for own, other in (pair, pair[::-1]):
            if voice["words"].startswith(own):
                return _position(other)
    return None


def _birth(rng: Random, age: int) -> date:
    """A birthday that makes the person this old on the anchor date."""
    latest = date(ANCHOR_DATE.year - age, ANCHOR_DATE.month, ANCHOR_DATE.day)
    return latest - timedelta(days=rng.randrange(1, 364))


def _after_carer(rng: Random, home: str) -> str:
    for carer, lines in CARERS.items():
        if home.startswith(carer):
            return pick(rng, lines).format(pick(rng, HELPERS))
    return ""


def _school(age: int) -> str:
    return next((school for limit, school in SCHOOL_OF_AGE if age <= limit and age < 18), "")


def _ways(rng: Random, age: int, limits: list[str]) -> str:
    if "車" in limits or "点" in limits:
        return "送迎"
    if age < 18:
        return pick(rng, ["徒歩", "自転車", "バス"])
    return pick(
        rng, ["徒歩", "自転車", "バス", "車", "送迎"], [3, 3, 4, 1 if age > 75 else 2, 3 if age > 70 else 1]
    )


def make_persons(residents: list[Residents]) -> list[Row]:
    """One row per person; the address of somebody in hiding is not on file."""
    rng = stream("people")
    homes = [home for home in residents if home.total >= 60]
    rows: list[Row] = []
    for number, (voice, (_, name, kana)) in enumerate(zip(voices(), _names(rng), strict=True), start=1):
        limits, age = voice["limits"].split(";"), int(voice["age"])
        town = pick(rng, homes, [home.total for home in homes]).town
        mate = _housemate(voice)
        address = f"{CITY}{town.name}{street_number(rng, town)}"
        household, place = f"F-{number:04d}", town.name
        if mate is not None and mate < len(rows):
            household, place, address = (rows[mate][key] for key in ("世帯番号", "町", "住所"))
        flagged = "秘" in limits
        hidden = flagged and voice["home"] == "シェルター"
        rows.append(
            {
                "台帳番号": f"P-{number:04d}", "世帯番号": household, "氏名": name, "カナ": kana, "性別": voice["sex"],
                "生年月日": _birth(rng, age).isoformat(), "町": "" if hidden else place, "住所": "" if hidden else address,
                "電話": sometimes(rng, 0.86, f"090-0000-{1000 + number * 7:04d}"),
                "連絡の希望": _contact(rng, voice), "世帯": voice["home"], "世帯の支え": pick(rng, SUPPORTS),
                "支え手が倒れたとき": _after_carer(rng, voice["home"]),
                "課題と特性": ";".join(f"K{code}" for code in voice["issues"].split(";")),
                "強み": voice["strengths"], "関心": voice["interests"], "本人の言葉": voice["words"],
                "移動手段": _ways(rng, age, limits), "支援措置": "1" if flagged else "0",
                "学校": _school(age), "後見人など": _guardian(rng, age), "ことば": _language(rng, voice),
            }
        )  # fmt: skip
    return rows


def _contact(rng: Random, voice: Mapping[str, str]) -> str:
    if "話" in voice["limits"] or "匿" in voice["limits"]:
        return pick(rng, ["手紙", "チャット", "メール", "チャット（夜は通知を切る）"])
    return pick(
        rng,
        ["電話（午後）", "電話", "訪問", "チャット", "家族を通して"]
        if int(voice["age"]) < 80
        else ["電話", "訪問"],
    )


def _guardian(rng: Random, age: int) -> str:
    if age < 18:
        return "親権者"
    return sometimes(rng, 0.05, pick(rng, ["保佐人", "補助人", "任意後見の契約あり"]))


def _language(rng: Random, voice: Mapping[str, str]) -> str:
    if "22" in voice["issues"].split(";") and int(voice["age"]) >= 18:
        return pick(rng, ["やさしい日本語", "英語とやさしい日本語", "ふりがな付きの日本語"])
    return "手話・筆談" if "筆" in voice["limits"] else ""
