"""The need profile: what matching may know of a person, and nothing that names them."""

from collections.abc import Mapping
from random import Random

from data.generator.book import Row
from data.generator.chance import pick, sometimes
from data.generator.land import Town
from data.generator.mesh import mesh_code
from data.generator.schedules import DAYS

SHAPES = {
    "繋": "つながりだけ", "居": "居るだけ", "楽": "楽しみ・学び", "役": "役割・手伝い",
    "体": "体験", "働": "働く", "住": "住まい",
}  # fmt: skip
PURPOSES = {
    "つながりだけ": ("つながりを持つ", "安心して話せる人"), "居るだけ": ("居場所", "家の外で過ごす"),
    "楽しみ・学び": ("楽しみ", "学び直し"), "役割・手伝い": ("役割を持つ", "人の役に立つ"),
    "体験": ("働く準備", "自分に合うことを知る"), "働く": ("収入", "続けられる仕事"), "住まい": ("住まい", "今夜の安心"),
}  # fmt: skip
REGULAR = ("生活リズム", "家族の休息", "健康", "安心して話せる人")
AVOID = (
    "大きな音",
    "知り合いに会う",
    "子どもの声",
    "高齢の人ばかり",
    "動物",
    "お酒の席",
    "強いにおい",
    "写真を撮られる",
    "男性スタッフ",
    "電話に出る役",
)
UNKNOWN = (
    "車での送迎は頼めるか",
    "家族の同意",
    "夏の体調",
    "費用の負担",
    "ひとりで帰れるか",
    "通院の曜日",
    "字の大きさ",
    "支援者の同行が要るか",
)
MEASURES = ("意欲", "自己肯定感", "対人関係", "社会参加", "相談")


def _free_slots(rng: Random, voice: Mapping[str, str]) -> list[str]:
    """When the person has time; a person who rises late has no mornings."""
    limits = voice["limits"].split(";")
    parts = {"午前": 0.55, "午後": 0.72, "夕方": 0.25}
    if "14" in voice["issues"].split(";") or "昼" in limits:
        parts = {"午前": 0.15, "午後": 0.85, "夕方": 0.2}
    if "夜" in limits or "夕" in limits:
        parts = {"午前": 0.05, "午後": 0.4, "夕方": 0.85}
    if 12 <= int(voice["age"]) < 16 and "17" not in voice["issues"].split(";"):
        parts = {"午前": 0.0, "午後": 0.2, "夕方": 0.8}
    slots = [
        f"{day}{part}"
        for day in DAYS
        for part, share in parts.items()
        if rng.random() < share * (0.5 if day == "Su" else 1)
    ]
    # Nobody is entered without any time at all: the conversation would not have reached a need.
    return slots or ["Tu午後", "Th午後"]


def _purposes(rng: Random, want: list[str], may: list[str]) -> str:
    """Purposes with weights 1–5; what is wished now weighs more than what is worth a try."""
    weights: dict[str, int] = {}
    for shape in want:
        weights[PURPOSES[shape][0]] = 5
        weights.setdefault(pick(rng, PURPOSES[shape]), rng.randint(3, 4))
    for shape in may:
        weights.setdefault(pick(rng, PURPOSES[shape]), rng.randint(1, 3))
    weights.setdefault(pick(rng, REGULAR), rng.randint(1, 3))
    return ";".join(f"{name}:{weight}" for name, weight in weights.items())


def _musts(limits: list[str]) -> list[str]:
    words = {"見": "見学可", "匿": "匿名可", "同": "同行者可", "女": "女性スタッフ"}
    return [words[limit] for limit in limits if limit in words]


def _access(limits: list[str]) -> list[str]:
    needs = []
    if "車" in limits:
        needs += ["車いすトイレ:有", "段差:無"]
    if "段" in limits:
        needs += ["手すり:有", "洋式トイレ:有"]
    if "筆" in limits:
        needs.append("筆談対応:有")
    if "点" in limits:
        needs.append("点字案内:有")
    return list(dict.fromkeys(needs))


def need_profile(rng: Random, voice: Mapping[str, str], person: Row, town: Town | None) -> Row:
    """All fields of a need profile; a person in hiding has no fine mesh and counts nowhere."""
    limits = voice["limits"].split(";")
    flagged = person["支援措置"] == "1"
    want = [SHAPES[code] for code in voice["want"].split(";") if code]
    may = [SHAPES[code] for code in voice["may"].split(";") if code]
    minutes = {"徒歩": (10, 30), "自転車": (15, 30), "バス": (30, 60), "車": (20, 45), "送迎": (20, 45)}[
        person["移動手段"]
    ]
    avoid = sorted(
        set(rng.sample(AVOID, rng.choice((0, 0, 1, 1, 2))) + (["大きな音"] if "静" in limits else []))
    )
    if flagged and "男性スタッフ" not in avoid and rng.random() < 0.6:
        avoid.append("男性スタッフ")
    origin = ""
    if town is not None:
        origin = mesh_code(town.point.y, town.point.x, fine=not flagged)
    return {
        "圏域コード": "" if flagged or town is None else town.district.code,
        "町": "" if flagged or town is None else town.name,
        "出発地のメッシュ": origin,
        "目的と重み": _purposes(rng, want, may), "いま望む参加": ";".join(want), "試してもよい参加": ";".join(may),
        "空き時間": ";".join(_free_slots(rng, voice)),
        "行きかた": person["移動手段"], "移動の上限（分）": str(rng.randrange(minutes[0], minutes[1] + 1, 5)),
        "利用に必要な設備": ";".join(_access(limits)),
        "静けさの希望": "静か" if "静" in limits else pick(rng, ["問わない", "ふつうまで"]),
        "人数の上限": str(pick(rng, [5, 8, 10])) if "少" in limits else sometimes(rng, 0.3, str(pick(rng, [15, 20]))),
        "やり取りの上限": "少なめ" if "話" in limits else pick(rng, ["問わない", "ふつうまで"]),
        "身体負荷の上限": "軽い" if "段" in limits or "02" in voice["issues"].split(";") else pick(rng, ["ふつうまで", "問わない"], [2, 3]),
        "必ずほしい": ";".join(_musts(limits)), "避けたい": ";".join(avoid),
        "費用の上限（円/回）": pick(rng, ["0", "100", "300", "500", ""], [3, 3, 4, 2, 2]),
        "関心のことば": voice["interests"], "本人の言葉": voice["words"],
        "頻度の希望": pick(rng, ["月1回から", "2週に1回", "週1回", "週1回", "週2回まで"]),
        "わからないこと": ";".join(rng.sample(UNKNOWN, rng.choice((0, 1, 1, 2, 3)))),
    }  # fmt: skip


def measures(rng: Random, ended: bool) -> Row:
    """States at the start and now, set together with the person; the person's own sentence counts for more."""
    row: Row = {}
    for name in MEASURES:
        first = pick(rng, [1, 2, 3, 4], [4, 5, 3, 1])
        # Life does not go upwards only: some states fall back, many stay.
        now = min(4, max(1, first + pick(rng, [-1, 0, 1, 2], [2, 5, 4, 2 if ended else 1])))
        row[f"{name}（はじめ）"], row[f"{name}（いま）"] = str(first), str(now)
    return row
