"""Farms, shops, works and temples that take people in, and the openings they offer."""

from collections.abc import Mapping
from datetime import date
from random import Random

from data.generator.book import Row, read_groups, read_lines, read_words
from data.generator.catalogue import Catalogue
from data.generator.chance import ANCHOR_DATE, CITY, Deck, days_before, pick, sometimes, stream
from data.generator.environment import feelings
from data.generator.land import Town, street_number
from data.generator.places import ACCESS_ITEMS, access_facts, located, nearest_stop
from data.generator.resources import served_area
from data.generator.schedules import DAYS, HOURS
from data.generator.staff import logins

LOAD_WORDS = {1: "軽い", 2: "ふつう", 3: "やや重い"}
TALK_WORDS = {1: "少なめ", 2: "ふつう", 3: "多め"}
PAY_WORDS = {"工賃": "1時間あたり{}円", "賃金": "最低賃金以上", "交通費": "実費（上限500円）", "なし": ""}
HOLIDAY = {"農家": (0, 2, 4), "公共施設": (1, 2, 3), "寺社": (0, 3, 5), "宿": (0, 1, 2)}


def make_hosts(towns: list[Town]) -> list[Row]:
    """The hosts with where they are and what worries them."""
    rng = stream("hosts")
    rows = []
    for seed in read_words("hosts_seed"):
        own = [town for town in towns if town.district.code == seed["district"] and "埠頭" not in town.name]
        town = pick(rng, [t for t in own if "国有林" not in t.name])
        lat, lon, precision, source = located(rng, town, known=0.95)
        trained = seed["resource_kind"].startswith("就労訓練")
        began = days_before(rng.randint(760, 2900))
        rows.append(
            {
                "受け入れ先ID": f"H-{int(seed['no']):03d}", "名称": seed["name"], "カナ": seed["kana"], "種類": seed["kind"],
                "法人格": seed["form"], "住所": f"{CITY}{town.name}{street_number(rng, town)}", "町": town.name,
                "圏域コード": town.district.code, "緯度": lat, "経度": lon, "位置精度": precision, "座標の出典": source,
                "担当": pick(rng, logins("coordinator", town.district.code)),
                "ログイン名": "himawari" if seed["no"] == "1" else "",
                "連絡のしかた": pick(rng, ["電話", "電話", "訪問", "メール", "チャット"]),
                "電話": f"0590-00-{rng.randint(1000, 6999)}", "受け入れを始めた日": began.isoformat(),
                "きっかけ": pick(rng, ["地域づくりの紹介", "本人の希望から訪問", "会議で知り合った", "受け入れ先からの申し出", "商工会の紹介"]),
                "就労訓練の認定番号": f"架空{rng.randint(1, 99):04d}" if trained else "",
                "気がかり": seed["worry"], "続ける気持ち": pick(rng, ["続けたい", "続けたい", "様子を見たい", "少し休みたい"]),
                "紹介": seed["story"], "状態": "活動中",
            }
        )  # fmt: skip
    return rows


def _seats(rng: Random, days: tuple[int, ...], parts: list[str]) -> list[tuple[str, str, int]]:
    return [(DAYS[day], part, pick(rng, [1, 2, 3], [6, 3, 1])) for day in days for part in parts]


def seat_text(seats: list[tuple[str, str, int]]) -> str:
    """`Tu午前:1;Th午前:2` – weekday, part of the day, seats."""
    return ";".join(f"{day}{part}:{count}" for day, part, count in seats)


def _opening_days(rng: Random, kind: str) -> tuple[int, ...]:
    first = HOLIDAY.get(kind)
    if first and rng.random() < 0.6:
        return tuple(sorted(rng.sample(first, rng.randint(1, len(first)))))
    return tuple(sorted(rng.sample(range(6 if rng.random() < 0.2 else 5), rng.choice((1, 2, 2, 3)))))


def make_openings(hosts: list[Row]) -> list[Row]:
    """One opening per task cut out; landlords have rooms instead and none of these."""
    rng = stream("openings")
    refusals = Deck(rng, read_lines("refusals"))
    rows: list[Row] = []
    for seed in read_words("openings_seed"):
        host = hosts[int(seed["host"]) - 1]
        plan = read_words("hosts_seed")[int(seed["host"]) - 1]
        parts = pick(rng, [["午前"], ["午後"], ["午前", "午後"], ["夕方"]], [6, 4, 2, 0.5])
        seats = _seats(rng, _opening_days(rng, host["種類"]), parts)
        start, end = HOURS[parts[0]][0][0], HOURS[parts[-1]][0][1]
        paused = rng.random() < 0.1
        rows.append(
            {
                "受け入れ枠ID": f"O-{len(rows) + 1:03d}", "受け入れ先ID": host["受け入れ先ID"], "資源ID": "",
                "業務名": seed["task"], "手順": seed["steps"], "枠": seat_text(seats), "開始時間": start, "終了時間": end,
                "最短の時間（分）": str(pick(rng, [30, 30, 45, 60, 90])),
                "頻度": pick(rng, ["週1回から", "週2回まで", "月2回から", "相談して決める"]),
                "期間": pick(rng, ["3か月（延長あり）", "期限なし", "半年", "収穫のあいだ"] if host["種類"] == "農家" else ["3か月（延長あり）", "期限なし", "半年"]),
                "見学": "可" if rng.random() < 0.95 else "不可", "体験": "可" if rng.random() < 0.92 else "不可",
                "継続": "可" if rng.random() < 0.9 else "不可", **_terms(rng, plan, host),
                "身体の負荷": seed["body"], "人の負荷": seed["people"], "ペースの負荷": seed["pace"],
                "関心のことば": seed["interests"], **_cover(rng),
                "教える人": sometimes(rng, 0.75, pick(rng, ["店主", "現場の先輩", "担当を決めている", "日によって替わる"])),
                "断る条件": sometimes(rng, 0.5, refusals.deal()),
                "休止の期限": days_before(-rng.randint(10, 120)).isoformat() if paused else "",
                "受け入れ先の確認日": days_before(int(rng.triangular(1, 400, 40))).isoformat(),
                "月の上限": sometimes(rng, 0.4, str(rng.randint(4, 16))), "状態": "休止中" if paused else "受け入れ中",
            }
        )  # fmt: skip
    _spread_confirmations(rows)
    return rows


def _spread_confirmations(openings: list[Row]) -> None:
    """A tenth was confirmed too long ago, 15 % are due, the rest is fresh; who was asked longest ago stays so."""
    column = "受け入れ先の確認日"
    oldest_first = sorted(openings, key=lambda row: (row[column], row["受け入れ枠ID"]))
    stale, due = round(len(openings) * 0.10), round(len(openings) * 0.25)
    for first, last, (oldest, newest) in (
        (0, stale, (390, 195)),
        (stale, due, (165, 97)),
        (due, len(openings), (62, 2)),
    ):
        steps = max(last - first - 1, 1)
        for place, row in enumerate(oldest_first[first:last]):
            row[column] = days_before(oldest - (oldest - newest) * place // steps).isoformat()


def _terms(rng: Random, plan: Mapping[str, str], host: Row) -> Row:
    kind = plan["resource_kind"]
    form = kind.removeprefix("就労訓練(").removesuffix(")") if kind.startswith("就労訓練") else ""
    amount = PAY_WORDS[plan["pay"]].format(rng.randint(12, 32) * 10)
    return {
        "本人への支払い": plan["pay"], "金額": amount, "就労訓練の型": form,
        "認定番号": host["就労訓練の認定番号"],
    }  # fmt: skip


def _cover(rng: Random) -> Row:
    """The city or 社協 holds the policy: a company cannot take out the towns' welfare-to-work cover."""
    # Renewed every April; on file stands the unbroken cover that spans all placements.
    begins = date(ANCHOR_DATE.year - 2, 4, 1)
    return {
        "保険の種類": "傷害;賠償", "保険の契約者": pick(rng, ["瀬凪市", "瀬凪市社会福祉協議会"]),
        "保険の開始日": begins.isoformat(), "保険の終了日": date(ANCHOR_DATE.year + 1, 3, 31).isoformat(),
    }  # fmt: skip


def add_host_resources(book: Catalogue, hosts: list[Row], openings: list[Row]) -> None:
    """Each host appears in the catalogue once; its days are the days of its openings."""
    rng = stream("host resources")
    remarks = Deck(rng, read_groups("details")["work"])
    for host, seed in zip(hosts, read_words("hosts_seed"), strict=True):
        own = [row for row in openings if row["受け入れ先ID"] == host["受け入れ先ID"]]
        town = next(t for t in book.towns if t.name == host["町"])
        days = sorted({DAYS.index(seat[:2]) for row in own for seat in row["枠"].split(";")})
        area, note = served_area(rng, seed["resource_kind"], town)
        operator = host["名称"] if seed["form"] == "個人" else f"{seed['form']} {host['名称']}"
        facts = access_facts(rng, "public" if seed["kind"] in ("公共施設", "福祉施設", "社協") else "small")
        interests = list(dict.fromkeys(word for row in own for word in row["関心のことば"].split(";")))
        row = book.add(
            seed["resource_kind"],
            {
                "名称": host["名称"],
                "カナ": host["カナ"],
                "運営者": operator,
                "法人番号": book.register.number_of(operator),
            },
            {
                key: host[key]
                for key in ("受け入れ先ID", "住所", "町", "緯度", "経度", "位置精度", "座標の出典")
            },
            {
                "曜日コード": "".join(f"0{DAYS[day]}" for day in days),
                "提供地域": area,
                "提供地域の注記": note if area != "全市" else "",
            },
            {
                "開始時間": min((r["開始時間"] for r in own), default=""),
                "終了時間": max((r["終了時間"] for r in own), default=""),
            },
            {
                "日程の自由記述": "枠ごとに曜日と時間が違います" if own else "部屋が空いたら知らせます",
                "申込方法": "コーディネーターから",
            },
            {
                "対象年齢下限": "15" if own else "18",
                "狭間の人も可": "可",
                "狭間枠": str(rng.randint(1, 2)) if own else "",
            },
            {
                "費用": "無料" if own else "家賃は相談",
                "費用円": "0" if own else "",
                "最寄停留所": nearest_stop(rng, town),
            },
            dict(zip(ACCESS_ITEMS, facts, strict=True)),
            {"参加の形": _shapes(seed["resource_kind"]), "関心のことば": ";".join(interests) or "住まい"},
            {
                "公開区分": pick(rng, ["公開", "関係者"], [1, 3]),
                "説明": f"{seed['story']}\n{remarks.deal()}",
            },
        )
        row |= _felt(rng, own)
        for opening in own:
            opening["資源ID"] = row["id"]


def _shapes(kind: str) -> str:
    return {"ボランティア": "役割・手伝い;体験", "就労体験": "体験;役割・手伝い", "住まい": "住まい"}.get(
        kind, "働く;体験"
    )


def _felt(rng: Random, openings: list[Row]) -> Row:
    """The lightest of the openings speaks for the host, because that is where one would begin."""
    if not openings:
        return {}
    lightest = {key: min(int(row[key]) for row in openings) for key in ("身体の負荷", "人の負荷")}
    activity = {
        "activity": "", "quiet": pick(rng, ["静か", "ふつう", "にぎやか"], [5, 4, 1]), "talk": TALK_WORDS[lightest["人の負荷"]],
        "load": LOAD_WORDS[lightest["身体の負荷"]], "size": str(rng.randint(3, 9)),
    }  # fmt: skip
    return feelings(rng, activity, "就労体験")
