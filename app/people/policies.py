"""Rules about persons, pure: each answers with a Japanese sentence or a value."""

from __future__ import annotations

from datetime import date

from app.accounts.vocabulary import Actor, Right
from app.people.vocabulary import Identity, OpeningReason
from app.text.normalise import normalise_name, to_katakana

REASON_IS_MISSING = (
    "支援措置のある世帯です。ひらく理由を選んでください。理由は、だれがいつひらいたかと一緒に記録に残ります。"
)

NOT_HERE = "この場には、いま案内できません。別の場を選んでください。"
"""Why is not said: whoever is feared must not learn from it who fears them."""

COVERED_PLACE = "（場の名前は伏せています）"
"""What stands instead of a place where `place_is_covered`."""


def kana_key(kana: str) -> str:
    """Return the form in which kana are compared: one width, katakana, no blanks; empty when there are none."""
    return to_katakana(normalise_name(kana))


def identity_problem(identity: Identity, *, today: date) -> tuple[str, str] | None:
    """Say which field of an identity cannot stand and how to mend it, None when all can."""
    if not identity.alias.strip():
        return "alias", "呼び名を入力してください。一覧や受け入れ先には、氏名ではなく呼び名だけが出ます。"
    alias = kana_key(identity.alias)
    if alias and alias in (kana_key(identity.name), kana_key(identity.kana)):
        return (
            "alias",
            "呼び名が氏名と同じです。氏名がわからない呼び名にしてください。例：はなさん、月曜さん",
        )
    if identity.birth_date and not date(1890, 1, 1) <= identity.birth_date <= today:
        return "birth_date", "生年月日を確かめてください。今日より前の日付にしてください。"
    return None


def opening_problem(*, is_protected: bool, reason: OpeningReason | None) -> str | None:
    """Say why an identity is not opened, None when it is."""
    return REASON_IS_MISSING if is_protected and reason is None else None


def lifting_problem(by: Actor) -> str | None:
    """Say why an actor may not end the protection of a household, None when they may.

    Lifting uncovers the place for the whole team, so whoever may not uncover it for themselves may not lift either.
    """
    if Right.UNMASK in by.rights:
        return None
    return (
        f"支援措置を解除できるのは、「{Right.UNMASK.label}」の権限を持つチームの人だけです。"
        "解除すると、住所と電話がチームの全員に見えるためです。権限を持つ人に頼んでください。"
    )


def place_is_covered(*, is_protected: bool, by: Actor) -> bool:
    """Tell whether address and telephone stay covered: a reason opens the name, the place needs the right as well.

    Who is sought after is found by the address. Whoever visits is given the right; all others of the team do not
    need it, and a reason alone is typed by anybody.
    """
    return is_protected and Right.UNMASK not in by.rights
