"""How it feels to be there: plain words, blank where the town has not asked."""

from collections.abc import Mapping
from random import Random

from data.generator.book import Row
from data.generator.chance import pick, sometimes

FEELINGS = (
    "静けさ", "人数", "対人のやり取り", "身体負荷", "ペース", "匿名可", "見学可", "同行者可", "途中退室可",
    "女性スタッフ", "男性スタッフ", "Wi-Fi", "オンライン",
)  # fmt: skip
UNASKED = dict.fromkeys(FEELINGS, "")


def feelings(rng: Random, activity: Mapping[str, str], kind: str) -> Row:
    """The environment of an activity; a resource that nobody visited since long knows less."""
    visited = rng.random()
    gentle = kind in ("居場所", "ピア・家族会", "食の支援", "相談")
    size = max(2, round(int(activity["size"]) * rng.uniform(0.7, 1.35)))
    return {
        "静けさ": sometimes(rng, 0.55 + visited * 0.45, activity["quiet"]),
        "人数": sometimes(rng, 0.6 + visited * 0.4, str(size)),
        "対人のやり取り": sometimes(rng, 0.5 + visited * 0.45, activity["talk"]),
        "身体負荷": sometimes(rng, 0.6 + visited * 0.4, activity["load"]),
        "ペース": sometimes(
            rng, 0.4 + visited * 0.4, pick(rng, ["自分のペース", "ゆっくり", "みんなに合わせる"])
        ),
        "匿名可": sometimes(rng, 0.5, "可" if rng.random() < (0.7 if gentle else 0.25) else "不可"),
        "見学可": sometimes(rng, 0.7, "可" if rng.random() < 0.85 else "不可"),
        "同行者可": sometimes(rng, 0.6, "可" if rng.random() < 0.85 else "不可"),
        "途中退室可": sometimes(rng, 0.55, "可" if rng.random() < 0.85 else "不可"),
        "女性スタッフ": sometimes(rng, 0.65, "いる" if rng.random() < 0.82 else "いない"),
        "男性スタッフ": sometimes(rng, 0.65, "いる" if rng.random() < 0.62 else "いない"),
        "Wi-Fi": sometimes(rng, 0.45, "有" if rng.random() < 0.4 else "無"),
        "オンライン": "可"
        if "オンライン" in activity["activity"]
        else sometimes(rng, 0.5, "可" if rng.random() < 0.1 else "不可"),
    }


def detail_themes(row: Mapping[str, str]) -> list[str]:
    """The themes of a second sentence that agree with what the row says."""
    themes = ["any", "any", "any"]
    if row["静けさ"] == "静か":
        themes.append("quiet")
    if row["静けさ"] == "にぎやか":
        themes.append("lively")
    for column, theme in (
        ("見学可", "tour"),
        ("匿名可", "anonymous"),
        ("途中退室可", "leave"),
        ("同行者可", "companion"),
    ):
        if row[column] == "可":
            themes.append(theme)
    if row["狭間の人も可"] == "可":
        themes.extend(["gap", "gap"])
    if row["女性スタッフ"] == "いる":
        themes.append("women")
    if row["駐車場"] == "有":
        themes.append("car")
    if row["オンライン"] == "可":
        themes.extend(["online", "online"])
    if any(word in row["関心のことば"] for word in ("畑", "自然", "園芸")):
        themes.extend(["outdoors", "outdoors"])
    if row["関心のことば"].startswith("食") or "料理" in row["関心のことば"]:
        themes.extend(["food", "food"])
    return themes
