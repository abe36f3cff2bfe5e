"""What people see when something goes wrong: what happened, and what to do next. Never what was typed in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.web.errors import Busy, InputRefused, Missing, NotNow, Refused, TooOften
from app.web.htmx import wants_fragment


@dataclass(frozen=True)
class ErrorText:
    """The words of one error page."""

    title: str
    what: str
    remedies: tuple[str, ...]


MISSING = ErrorText(
    title="お探しのページは見つかりませんでした",
    what="ページがなくなったか、場所が変わったか、このアカウントでは開けないページです。",
    remedies=(
        "アドレスが正しいか、確かめてください。",
        "「きょう」の画面から、たどり直してください。",
        "開けるはずのページのときは、管理者の方に役割の設定を確かめてもらってください。",
    ),
)

EXPIRED = ErrorText(
    title="もう一度、送ってください",
    what="画面を開いたまま時間がたちました。安全のため、送られた内容は受け取っていません。",
    remedies=(
        "ブラウザの「戻る」で前の画面に戻り、読み込み直してください。",
        "入力した内容を確かめて、もう一度送ってください。",
    ),
)

BUSY = ErrorText(
    title="いま、混み合っています",
    what="ほかのファイルや、印刷用の画面を作っています。",
    remedies=(
        "30秒ほど待ってから、もう一度お試しください。",
        "条件で絞ると、早くできます。",
    ),
)

TEXTS = {
    400: ErrorText(
        title="送られた内容を読み取れませんでした",
        what="途中で切れたか、書き方が違うようです。何も保存していません。",
        remedies=("前の画面に戻り、もう一度お試しください。",),
    ),
    404: MISSING,
    405: ErrorText(
        title="この開き方はできません",
        what="ボタンから送る画面を、アドレスから直接開いたようです。何も変わっていません。",
        remedies=("前の画面に戻り、ボタンを押してください。",),
    ),
    413: ErrorText(
        title="ファイルが大きすぎます",
        what="送られたものが、受け取れる大きさを超えています。何も保存していません。",
        remedies=(
            "ファイルを分けるか、小さくしてから、もう一度送ってください。",
            "一覧の取り込みは、1つのファイルが20MBまでです。前の画面に戻り、行を分けたファイルを選んでください。",
        ),
    ),
    422: ErrorText(
        title="このままでは受け付けられません",
        what="次のことを確かめてください。何も保存していません。",
        remedies=("前の画面に戻り、直してからもう一度送ってください。",),
    ),
    429: ErrorText(
        title="少し時間をおいてください",
        what="短い間に何度も送られたため、しばらく受け付けを止めています。",
        remedies=("数分たってから、もう一度お試しください。",),
    ),
    500: ErrorText(
        title="うまく動きませんでした",
        what="システムの中で問題が起きました。入力の間違いではありません。途中の内容は保存していません。",
        remedies=(
            "少し待ってから、もう一度お試しください。",
            "続くときは、下の番号を管理者の方に伝えてください。",
        ),
    ),
    503: ErrorText(
        title="いまは使えません",
        what="手入れの途中か、混み合っています。",
        remedies=("数分たってから、もう一度お試しください。",),
    ),
}


def _answer(
    status: int, text: ErrorText, messages: tuple[str, ...] = (), incident: str | None = None
) -> Response:
    """Render the page, or for a swap its inner part alone, which the page includes."""
    template = "errors/fragment.html" if wants_fragment() else "errors/page.html"
    body = render_template(template, status=status, text=text, messages=messages, incident=incident)
    return make_response(body, status)


def _text_for(status: int) -> ErrorText:
    """An error that has no words of its own is told as the general one of its side."""
    return TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]


def _on_http(error: HTTPException) -> Response:
    """Everything that Flask and Werkzeug raise, `abort()` included."""
    status = error.code or 500
    if error.response is not None or status < 400:
        # A redirect to the address with its slash, or an answer that somebody has already made.
        return make_response(error.get_response())
    if isinstance(error, InternalServerError):
        # The number joins what the person reports to the line in the log, and tells nothing by itself.
        incident = secrets.token_hex(3).upper()
        current_app.logger.error("incident %s answered with 500", incident)
        return _answer(status, TEXTS[500], incident=incident)
    if status == 403:
        # That something is there but shut is already a word too much.
        return _answer(404, MISSING)
    response = _answer(status, _text_for(status))
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _on_expired(_: CSRFError) -> Response:
    return _answer(400, EXPIRED)


def _on_missing(_: Missing) -> Response:
    return _answer(404, MISSING)


def _on_refused(error: Refused) -> Response:
    return _answer(422, TEXTS[422], (error.message,))


def _on_input_refused(error: InputRefused) -> Response:
    return _answer(422, TEXTS[422], tuple(problem.text for problem in error.problems))


def _on_too_often(error: TooOften) -> Response:
    response = _answer(429, TEXTS[429])
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _on_not_now(_: NotNow) -> Response:
    return _answer(503, TEXTS[503])


def _on_busy(error: Busy) -> Response:
    response = _answer(503, BUSY)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def install_error_pages(app: Flask) -> None:
    """Give every error its page. Forms normally show refusals themselves; these handlers are the net below them."""
    app.register_error_handler(CSRFError, _on_expired)
    app.register_error_handler(Missing, _on_missing)
    app.register_error_handler(Refused, _on_refused)
    app.register_error_handler(InputRefused, _on_input_refused)
    app.register_error_handler(TooOften, _on_too_often)
    app.register_error_handler(NotNow, _on_not_now)
    app.register_error_handler(Busy, _on_busy)
    app.register_error_handler(HTTPException, _on_http)
