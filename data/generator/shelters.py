"""Emergency shelters, which the team finds tonight, and secret refuges, which nobody finds."""

from data.generator.book import read_words
from data.generator.catalogue import Catalogue
from data.generator.chance import CITY, days_before, pick
from data.generator.places import located
from data.generator.staff import logins


def add_shelters(book: Catalogue) -> None:
    """Beds for a night or two, with the count of free ones."""
    rng = book.rng
    for shelter in read_words("shelters"):
        town = pick(rng, [t for t in book.towns if t.district.code == shelter["district"]][:12])
        lat, lon, precision, source = located(rng, town, known=1.0)
        operator = pick(
            rng, ["社会福祉法人 瀬凪福祉会", "NPO法人 なぎのて", "社会福祉法人 瀬凪市社会福祉協議会"]
        )
        low, high = {"15～25歳": ("15", "25"), "65歳以上": ("65", "")}.get(shelter["who"], ("", ""))
        row = book.add(
            "緊急一時シェルター",
            {
                "名称": shelter["name"],
                "カナ": shelter["kana"],
                "運営者": operator,
                "法人番号": book.register.number_of(operator),
            },
            {
                "住所": f"{CITY}{town.name}{rng.randint(1, 9)}-{rng.randint(1, 20)}",
                "町": town.name,
                "緯度": lat,
                "経度": lon,
            },
            {
                "位置精度": precision,
                "座標の出典": source,
                "提供地域": "全市",
                "日程の自由記述": "毎日・夜間も電話で受付",
            },
            {
                "対象の属性": shelter["who"],
                "対象年齢下限": low,
                "対象年齢上限": high,
                "定員": shelter["beds"],
            },
            {
                "空床数": shelter["free"],
                "費用": "無料",
                "費用円": "0",
                "申込方法": "電話",
                "狭間の人も可": "可",
                "参加の形": "住まい",
            },
            {"関心のことば": "住まい", "公開区分": "関係者", "説明": shelter["text"]},
        )
        row |= {
            "確認日": days_before(rng.randint(0, 2)).isoformat(),
            "連絡先": f"0590-00-{rng.randint(1000, 6999)}",
        }
        row |= {"確認者": pick(rng, logins("coordinator")), "連絡先公開": "不可"}


def add_refuges(book: Catalogue) -> None:
    """An address on file and nothing else: no point, no town, no telephone."""
    rng = book.rng
    for refuge in read_words("refuges"):
        town = pick(rng, [t for t in book.towns if t.district.code == refuge["district"]])
        book.add(
            "避難先(DV等・秘匿)",
            {
                "名称": refuge["name"],
                "カナ": refuge["kana"],
                "運営者": "（秘匿）",
                "秘匿": "1",
                "公開区分": "非公開",
            },
            {
                "住所": f"{CITY}{town.name}{rng.randint(1, 9)}-{rng.randint(1, 20)}",
                "位置精度": "不明",
                "定員": refuge["beds"],
            },
            {"申込方法": "配偶者暴力相談支援センターから", "参加の形": "住まい", "説明": refuge["text"]},
            {
                "連絡先": "",
                "連絡先公開": "不可",
                "出典": "運営者からの知らせ",
                "要確認メモ": "",
                "掲載の同意": "",
            },
        )
