"""Hosts and openings of the demo town."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.queries import list_demo_accounts
from app.accounts.vocabulary import Actor
from app.operations.demo.files import TownFiles
from app.operations.demo.steps import Step
from app.resources.service.openings import Seats, add_host, add_opening
from app.resources.vocabulary import DayPart, Pay, TrainingForm

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_PARTS = {part.label: part for part in DayPart}
_ANSWERS = {"可": True, "不可": False}


def seed_hosts(
    session: Session, files: TownFiles, resources: Mapping[str, int], *, by: Actor, at: datetime
) -> Iterator[Step]:
    """Put in hosts, then their openings; `resources` gives the key of a resource by its published id."""
    keepers = {account.login_name: account.id for account in list_demo_accounts(session)}
    hosts: dict[str, int] = {}
    rows = files.rows("hosts.csv")
    for done, row in enumerate(rows, start=1):
        hosts[row["受け入れ先ID"]] = add_host(
            session,
            municipality_code=files.municipality_code,
            published_id=row["受け入れ先ID"],
            name=row["名称"],
            facts={
                "trade": row["種類"] or None,
                "phone": row["電話"] or None,
                "introduction": row["紹介"] or None,
                "recognition": row["就労訓練の認定番号"] or None,
                "keeper_id": keepers.get(row["担当"]),
                "is_active": row["状態"] == "活動中",
            },
            by=by,
            at=at,
        )
        yield Step("受け入れ先", done, len(rows))
    openings = files.rows("openings.csv")
    for done, row in enumerate(openings, start=1):
        add_opening(
            session,
            municipality_code=files.municipality_code,
            host_id=hosts[row["受け入れ先ID"]],
            resource_id=resources[row["資源ID"]],
            published_id=row["受け入れ枠ID"],
            task=row["業務名"],
            seats=_seats(row["枠"]),
            facts=_facts(row),
            by=by,
            at=at,
        )
        yield Step("受け入れ枠", done, len(openings))


def _seats(text: str) -> list[Seats]:
    """Read `Tu午前:1;Th午前:2`."""
    seats = []
    for piece in filter(None, text.split(";")):
        when, _, count = piece.partition(":")
        seats.append(Seats(_DAYS.index(when[:2]), _PARTS[when[2:]], int(count)))
    return seats


def _facts(row: Mapping[str, str]) -> dict[str, Any]:
    pay = {"なし": Pay.NONE, "交通費": Pay.TRAVEL, "工賃": Pay.ALLOWANCE, "賃金": Pay.WAGE}
    training = {"雇用型": TrainingForm.EMPLOYED, "非雇用型": TrainingForm.NOT_EMPLOYED}
    return {
        "steps": row["手順"] or None,
        "shortest_minutes": _number(row["最短の時間（分）"]),
        "frequency": row["頻度"] or None,
        "period": row["期間"] or None,
        "allows_visit": _ANSWERS.get(row["見学"]),
        "allows_trial": _ANSWERS.get(row["体験"]),
        "allows_ongoing": _ANSWERS.get(row["継続"]),
        "pay": pay.get(row["本人への支払い"]),
        "pay_note": row["金額"] or None,
        "training": training.get(row["就労訓練の型"]),
        "body_load": _number(row["身体の負荷"]),
        "people_load": _number(row["人の負荷"]),
        "pace_load": _number(row["ペースの負荷"]),
        "interests": row["関心のことば"] or None,
        "insurance": row["保険の種類"] or None,
        "insurance_holder": row["保険の契約者"] or None,
        "insured_from": _day(row["保険の開始日"]),
        "insured_to": _day(row["保険の終了日"]),
        "tutor": row["教える人"] or None,
        "refusal": row["断る条件"] or None,
        "paused_until": _day(row["休止の期限"]),
        "monthly_limit": _number(row["月の上限"]),
        "confirmed_on": _day(row["受け入れ先の確認日"]),
    }


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
