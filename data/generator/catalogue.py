"""The catalogue book: its columns, and a row of which most is unknown until somebody says it."""

from dataclasses import dataclass, field
from random import Random

from data.generator.book import Row
from data.generator.chance import MUNICIPALITY_CODE, days_before, pick, sometimes
from data.generator.environment import FEELINGS
from data.generator.land import Town
from data.generator.operators import Register
from data.generator.places import ACCESS_ITEMS
from data.generator.schedules import Rooms
from data.generator.staff import logins

COLUMNS = (
    "id", "団体コード", "種別", "根拠事業", "名称", "カナ", "通称", "運営者", "法人番号", "受け入れ先ID",
    "住所", "町", "方書", "緯度", "経度", "位置精度", "座標の出典", "提供地域", "提供地域の注記",
    "曜日コード", "日程の自由記述", "開始時間", "終了時間", "対象年齢下限", "対象年齢上限", "対象の属性",
    "狭間の人も可", "狭間枠", "定員", "空床数", "費用", "費用円", "申込方法", "送迎", "最寄停留所",
    *ACCESS_ITEMS, *FEELINGS, "参加の形", "関心のことば", "公開区分", "掲載の同意", "秘匿", "軽いカード",
    "声をかける人", "連絡先", "連絡先公開", "出典", "確認日", "確認者", "次回確認期限", "要確認メモ", "状態", "説明",
)  # fmt: skip

BASES = {
    "通いの場": "KB03", "居場所": "KB02", "就労体験": "KB01", "就労訓練(雇用型)": "KB06", "就労訓練(非雇用型)": "KB06",
    "ボランティア": "KB02", "学び": "KB09", "相談": "KB05", "見守り": "KB04", "住まい": "KB07",
    "緊急一時シェルター": "KB08", "避難先(DV等・秘匿)": "KB10", "移動": "KB11", "配食": "KB04",
    "食の支援": "KB02", "ピア・家族会": "KB02",
}  # fmt: skip
MEMOS = (
    "曜日が変わったかもしれない",
    "世話役が交代。連絡先を聞く",
    "段差を次に見てくる",
    "狭間枠のことを相談中",
    "冬の日程をたずねる",
)


@dataclass
class Catalogue:
    """What a row needs to know about the rows before it."""

    rng: Random
    towns: list[Town]
    register: Register
    rooms: Rooms
    rows: list[Row] = field(default_factory=list)

    def add(self, kind: str, *facts: Row) -> Row:
        """Append a row; whatever is not said is unknown and stays blank."""
        row = dict.fromkeys(COLUMNS, "")
        row |= {"id": f"R-{len(self.rows) + 1:04d}", "団体コード": MUNICIPALITY_CODE, "種別": kind}
        row |= {"根拠事業": BASES[kind], "公開区分": "公開", "秘匿": "0", "軽いカード": "0", "状態": "活動中"}
        self._confirm(row)
        for known in facts:
            row |= known
        self.rows.append(row)
        return row

    def _confirm(self, row: Row) -> None:
        """Who looked last, and when; a part was never confirmed since it was copied from a list."""
        ago = int(self.rng.triangular(3, 900, 90))
        row["出典"] = pick(
            self.rng, ["現地で聞き取り", "電話で聞き取り", "ちらし", "市の一覧", "運営者からの知らせ"]
        )
        if row["出典"] != "市の一覧" or self.rng.random() < 0.5:
            row["確認日"] = days_before(ago).isoformat()
            row["確認者"] = pick(self.rng, logins("community") + logins("coordinator") + logins("csw"))
            row["次回確認期限"] = days_before(ago - 365).isoformat()
        row["要確認メモ"] = sometimes(self.rng, 0.14, pick(self.rng, MEMOS))
        row["連絡先"] = sometimes(self.rng, 0.85, f"0590-00-{self.rng.randint(1000, 6999)}")
        row["連絡先公開"] = "可" if self.rng.random() < 0.75 else "不可"
        row["掲載の同意"] = pick(self.rng, ["済", "", "口頭"], [7, 2, 1])
