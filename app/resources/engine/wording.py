"""Facts of a resource as the pages say them. What is not known is None here and 不明 on the page."""

from __future__ import annotations

from datetime import date


def confirmed_text(confirmed_on: date | None, today: date) -> str:
    """Return 「確認は3月」, with the year where the month alone could be another one."""
    if confirmed_on is None:
        return "確認した日は不明"
    months_ago = (today.year - confirmed_on.year) * 12 + today.month - confirmed_on.month
    year = f"{confirmed_on.year}年" if months_ago > 11 else ""
    return f"確認は{year}{confirmed_on.month}月"


def ages_text(age_from: int | None, age_to: int | None) -> str | None:
    """Return 「18歳から39歳まで」, 「65歳以上」, None when no age was said."""
    if age_from is not None and age_to is not None:
        return f"{age_from}歳から{age_to}歳まで"
    if age_from is not None:
        return f"{age_from}歳以上"
    return f"{age_to}歳まで" if age_to is not None else None


def welcome_text(gap_welcome: bool | None, gap_seats: int | None) -> str | None:
    """Return whether people for whom no programme is meant may come, None while nobody asked."""
    if gap_welcome is None:
        return None
    if not gap_welcome:
        return "いいえ"
    return f"はい（{gap_seats}人まで）" if gap_seats else "はい"


def where_text(address: str | None, building: str | None, town: str | None) -> str | None:
    """Return the place as it is found: the building with its address, else whatever is known."""
    if address and building:
        return f"{address} {building}"
    if building and town:
        return f"{town} {building}"
    return address or building or town
