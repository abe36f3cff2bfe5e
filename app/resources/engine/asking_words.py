"""What is said to a host, and to who keeps it, when a confirmation is due: titles and paragraphs, pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.clock import wareki
from app.resources.engine.asking import AskStep
from app.resources.vocabulary import AskBy

_HOW = (
    "下のページをひらいて、「ぜんぶこのままで大丈夫」を押すと、それで終わりです。"
    "人数や曜日を変えることも、しばらく休むことも、同じページでできます。"
)
_CALL = "ページが使いにくいときは、下の連絡先にお電話ください。こちらで直します。"


@dataclass(frozen=True)
class Words:
    """A title and what stands under it."""

    title: str
    paragraphs: tuple[str, ...]


def letter_words(
    step: AskStep, tasks: Sequence[tuple[str, date | None]], *, leaves_on: date | None = None
) -> Words:
    """Return what a host is told about its openings: (task, last confirmation). `leaves_on` is when the first leaves."""
    listed = "\n".join(_task(*task) for task in tasks)
    match step:
        case AskStep.ASK:
            return Words(
                "受け入れの内容の確認のお願い",
                (
                    "いつも、地域の方を受け入れてくださり、ありがとうございます。",
                    f"つぎの内容が、いまも変わらないか、確かめさせてください。\n{listed}",
                    _HOW,
                    _CALL,
                ),
            )
        case AskStep.REMIND:
            rest = (
                f"確認がないまま{wareki(leaves_on)}になると、新しい方のご紹介を、いったんお休みします。"
                if leaves_on
                else "確認がないままのときは、新しい方のご紹介を、いったんお休みすることがあります。"
            )
            return Words(
                "受け入れの内容の確認のお願い（2回目）",
                (
                    "先日の確認のお願いに、まだお返事をいただいていません。行き違いでしたら、お許しください。",
                    f"いまも変わらないか、確かめさせてください。\n{listed}",
                    f"{_HOW}前にお知らせしたページは、もう使えません。こちらをお使いください。",
                    rest,
                    _CALL,
                ),
            )
        case AskStep.LEFT:
            return Words(
                "新しい方のご紹介を、お休みしています",
                (
                    f"前の確認から長くたちましたので、つぎの枠は、新しい方にご案内していません。\n{listed}",
                    "いま来ている方の席は、そのままです。",
                    f"またご案内できるときは、1つ押すだけで、すぐにもとに戻ります。{_HOW}",
                    _CALL,
                ),
            )


def call_words(host: str, ask_by: AskBy | None, phone: str | None, *, again: bool) -> Words:
    """Return what the keeper of a host is told that wants to be asked by a person."""
    how = "訪問して確かめる" if ask_by is AskBy.VISIT else "電話で確かめる"
    number = f"電話番号は {phone} です。" if phone else "電話番号は、まだ登録されていません。"
    when = "確認の時期をすぎました。" if again else "受け入れ枠の確認の時期です。"
    return Words(
        f"{how}：{host}",
        (
            f"{when}{number}",
            "変わりがなければ、「確かめる予定」の画面で「確かめた」を押してください。",
        ),
    )


def link_words() -> Words:
    """Return what stands around a link that was asked for."""
    return Words(
        "受け入れのページのご案内",
        (
            "いつも、地域の方を受け入れてくださり、ありがとうございます。",
            f"受け入れの内容を確かめたり、変えたりできるページです。{_HOW}",
            "前にお知らせしたページは、もう使えません。このページも、1回ひらくと終わります。",
            _CALL,
        ),
    )


def link_wanted_words(host: str) -> Words:
    """Return what the keeper is told when a host wants a link and no contact is registered."""
    return Words(
        f"リンクがほしい：{host}",
        (
            "受け入れ先が、新しいリンクを頼みました。メールも住所も登録されていないので、送れません。",
            "連絡先を聞いて登録するか、受け入れ先の画面の「手紙をつくる」で印刷して渡してください。",
        ),
    )


def left_words(host: str) -> Words:
    """Return what the keeper is told when an opening of a host is not proposed any more."""
    return Words(
        f"候補から外れました：{host}",
        (
            "確認が古くなったため、この受け入れ先の枠を、候補に入れていません。受け入れ先あての知らせを用意しました。",
            "変わりがないとわかったら、「確かめる予定」の画面で「確かめた」を押すと、すぐに戻ります。",
        ),
    )


def _task(task: str, confirmed_on: date | None) -> str:
    return f"・{task}（前の確認：{wareki(confirmed_on) if confirmed_on else 'まだ確かめていません'}）"
