"""What somebody wishes of a place, and whether it is so: yes, no, or nobody has asked yet.

Unknown is not no. A list shows first what surely fits and then, apart, what may fit: a call can tell. The conditions
in `app.resources.models.wish_conditions` say the same to a database, and a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from app.resources.engine.trait_fields import FEE_YEN, LANGUAGES
from app.resources.engine.traits import Language


class Facts(Protocol):
    """The columns of a resource that wishes look at."""

    @property
    def traits(self) -> Mapping[str, str]:
        """Items of environment and accessibility."""

    @property
    def pickup(self) -> str | None:
        """送迎."""

    @property
    def fee(self) -> str | None:
        """費用 in words."""

    @property
    def audience(self) -> str | None:
        """対象 in words."""

    @property
    def age_from(self) -> int | None:
        """The youngest."""

    @property
    def age_to(self) -> int | None:
        """The oldest."""

    @property
    def gap_welcome(self) -> bool | None:
        """狭間の人も可."""


class Section(StrEnum):
    """The parts of the panel in which wishes of an environment stand, as an address names them."""

    FEEL = "feel"
    WAY = "way"
    BUILD = "build"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"feel": "過ごしやすさ", "way": "参加のしかた", "build": "建物・設備"}[self.value]


PICKUP: Final = "送迎"
"""The one item that has a column of its own."""

_HAVE: Final = (frozenset({"有", "可", "いる"}), frozenset({"無", "不可", "いない"}))
_FEW: Final = 10


@dataclass(frozen=True)
class TraitWish:
    """One item with the answers that fit. Without `no` every other answer is one; with it the rest stays unknown."""

    key: str
    label: str
    asked: str
    section: Section
    item: str
    yes: frozenset[str] = _HAVE[0]
    no: frozenset[str] | None = _HAVE[1]

    def verdict(self, facts: Facts) -> bool | None:
        """True, False, or None while nobody knows."""
        said = (facts.pickup if self.item == PICKUP else facts.traits.get(self.item)) or ""
        if said in self.yes:
            return True
        return False if (said if self.no is None else said in self.no) else None


@dataclass(frozen=True)
class FreeWish:
    """無料. The price as a number counts before the words about it."""

    key: str = "free"
    label: str = "無料"
    asked: str = "費用"
    section: Section = Section.WAY

    def verdict(self, facts: Facts) -> bool | None:
        """True, False, or None while nobody knows."""
        if price := facts.traits.get(FEE_YEN):
            return price == "0"
        return facts.fee.startswith(FREE) if facts.fee else None


FREE: Final = "無料"


@dataclass(frozen=True)
class GapWish:
    """狭間の人も可."""

    label: str = "狭間の人も可"
    asked: str = "狭間の人も可"

    def verdict(self, facts: Facts) -> bool | None:
        """True, False, or None while nobody knows."""
        return facts.gap_welcome


@dataclass(frozen=True)
class AgeWish:
    """Somebody of this age may come; a place that names one end only has no other."""

    age: int
    asked: str = "年齢"

    @property
    def label(self) -> str:
        """The name on screen."""
        return f"{self.age}歳の人"

    def verdict(self, facts: Facts) -> bool | None:
        """True, False, or None while nobody knows."""
        if facts.age_from is None and facts.age_to is None:
            return None
        return (facts.age_from or 0) <= self.age and (facts.age_to is None or self.age <= facts.age_to)


@dataclass(frozen=True)
class LanguageWish:
    """Somebody can be met in this language there."""

    language: str
    asked: str = "話せることば"

    @property
    def label(self) -> str:
        """The name on screen."""
        return f"ことば：{self.language}"

    def verdict(self, facts: Facts) -> bool | None:
        """True, False, or None while nobody knows."""
        said = facts.traits.get(LANGUAGES)
        return self.language in said if said else None


@dataclass(frozen=True)
class PublicWish:
    """For whom a place is, told by the words of its 対象: those of this group, of everybody, or of others only."""

    key: str
    asked: str = "だれ向けか"

    @property
    def label(self) -> str:
        """The name on screen."""
        return f"{PUBLICS[self.key][0]}向け"

    @property
    def words(self) -> tuple[str, ...]:
        """Any of these says yes."""
        return (*PUBLICS[self.key][1], *EVERYBODY)

    @property
    def others(self) -> tuple[str, ...]:
        """Any of these, without one of the former, says no."""
        return tuple(word for key, (_, words) in PUBLICS.items() if key != self.key for word in words)

    def verdict(self, facts: Facts) -> bool | None:
        """True, False, or None while nobody knows."""
        said = facts.audience or ""
        if any(word in said for word in self.words):
            return True
        return False if any(word in said for word in self.others) else None


Wish = TraitWish | FreeWish | GapWish | AgeWish | LanguageWish | PublicWish

PUBLICS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "children": ("子ども", ("子ども", "子供", "こども", "と子", "小学生", "中学生", "高校生", "小中高", "児童", "生徒", "親子")),
    "young": ("若い人", ("若者", "若い人", "青年", "学生", "15～", "15〜", "39歳")),
    "older": ("高齢の人", ("高齢", "60歳以上", "65歳以上", "70歳以上", "75歳以上", "シニア", "お年寄り")),
    "disabled": ("障害のある人", ("障害", "障がい", "手帳", "難病")),
    "parents": ("子育て中の人", ("子育て", "親子", "妊娠", "妊婦", "乳幼児", "保護者", "ひとり親")),
    "carers": ("家族を介護する人", ("介護をしている", "介護している", "介護者", "家族")),
    "withdrawn": ("ひきこもりがちな人", ("ひきこもり", "引きこもり", "不登校", "学校に行き")),
    "poor": ("暮らしに困っている人", ("困窮", "生活に困", "住まいを失", "失業")),
    "foreign": ("外国につながる人", ("外国", "日本語を学")),
    "women": ("女性", ("女性",)),
    "men": ("男性", ("男性",)),
}  # fmt: skip
"""Groups by the key in an address: the name on screen, and words by which 対象 names them."""

EVERYBODY: Final = (
    "だれでも",
    "誰でも",
    "どなたでも",
    "全市民",
    "市民",
    "住民",
    "町民",
    "問わず",
    "問いません",
    "制限なし",
)

LANGUAGE_LABELS: Final = tuple(language.label for language in Language)


def _scale(key: str, label: str, item: str, *yes: str) -> TraitWish:
    return TraitWish(key, label, item, Section.FEEL, item, frozenset(yes), None)


def _way(key: str, label: str, asked: str, item: str) -> TraitWish:
    return TraitWish(key, label, asked, Section.WAY, item)


def _build(key: str, label: str, item: str) -> TraitWish:
    return TraitWish(key, label, label, Section.BUILD, item)


_ALL: Final[tuple[TraitWish | FreeWish, ...]] = (
    _scale("quiet", "静か", "静けさ", "静か"),
    _scale("few", f"少人数（{_FEW}人まで）", "人数", *(str(number) for number in range(1, _FEW + 1))),
    _scale("little-talk", "人とのやり取りが少なめ", "対人のやり取り", "少なめ"),
    _scale("light", "体の負担が軽い", "身体負荷", "軽い"),
    _scale("own-pace", "自分のペースで・ゆっくり", "ペース", "自分のペース", "ゆっくり"),
    _way("look-around", "見学できる", "見学", "見学可"),
    _way("companion", "付き添いの人と一緒に", "付き添い", "同行者可"),
    _way("leave-midway", "途中で帰れる", "途中で帰ること", "途中退室可"),
    _way("anonymous", "名前を言わずに", "匿名での参加", "匿名可"),
    _way("remote", "オンラインで", "オンライン", "オンライン"),
    FreeWish(),
    _way("pickup", "送迎あり", "送迎", PICKUP),
    _way("female-staff", "女性のスタッフがいる", "女性のスタッフ", "女性スタッフ"),
    _way("male-staff", "男性のスタッフがいる", "男性のスタッフ", "男性スタッフ"),
    TraitWish("step-free", "段差なし", "段差", Section.BUILD, "段差", _HAVE[1], _HAVE[0]),
    _build("wheelchair", "車いすのまま入れる", "車いす利用"),
    _build("wheelchair-toilet", "車いすで入れるトイレ", "車いすトイレ"),
    _build("western-toilet", "洋式トイレ", "洋式トイレ"),
    _build("ramp", "スロープ", "スロープ"),
    _build("handrail", "手すり", "手すり"),
    _build("lift", "エレベーター", "エレベーター"),
    _build("parking", "駐車場", "駐車場"),
    _build("written-talk", "筆談", "筆談対応"),
    _build("nursing-room", "授乳室", "授乳室"),
    _build("wifi", "Wi-Fi", "Wi-Fi"),
)

WISHES: Final[Mapping[str, TraitWish | FreeWish]] = {wish.key: wish for wish in _ALL}
"""Everything that can be ticked, by its key in an address."""


def wishes_in(section: Section) -> dict[str, str]:
    """Return the boxes of a section: key and name on screen."""
    return {key: wish.label for key, wish in WISHES.items() if wish.section is section}


def unknown_of(facts: Facts, wishes: tuple[Wish, ...]) -> list[str]:
    """Return what would have to be asked of this place."""
    return [wish.asked for wish in wishes if wish.verdict(facts) is None]
