"""The people who sign in: invented, and written by hand because the demo's guide calls them by name."""

from data.generator.book import Row, read_words

HEADERS = {
    "login": "ログイン名", "name": "氏名", "kana": "カナ", "roles": "役割",
    "affiliation": "所属", "post": "職名", "districts": "担当圏域", "rights": "権限",
}  # fmt: skip


def staff_rows() -> list[Row]:
    """All demo accounts."""
    return [{HEADERS[key]: value for key, value in row.items()} for row in read_words("staff")]


def logins(role: str, district: str = "") -> list[str]:
    """Who holds a role, in a district where one is named."""
    return [
        row["login"]
        for row in read_words("staff")
        if role in row["roles"].split(";") and (not district or district in row["districts"].split(";"))
    ]
