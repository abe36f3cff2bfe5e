"""Taking the catalogue away as a file.

What everybody may have is written as a resident sees it, whoever asks: a file travels, and nobody remembers who made it.
Keepers may take more; that is a step of its own, which is noted. A secret refuge and what is closed never leave.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wsgi import wrap_file

from app.accounts.guards import current_actor, find_actor, public, requires
from app.accounts.vocabulary import RESIDENTS, Scope
from app.clock import now, today
from app.resources.exchange import blank_form
from app.resources.exchange.files import (
    FORMATS,
    MIME_TYPES,
    SHEET,
    SHIFT_JIS,
    UTF8,
    Wish,
    misfits,
    write_csv,
    write_table,
)
from app.resources.exchange.published_layouts import LAYOUTS
from app.resources.exchange.spreadsheets import Sheet, write_xlsx
from app.resources.exchange.writing import OWN, Cell
from app.resources.forms.bulk import ASKED_MOST
from app.resources.forms.exports import CHOSEN, ExportForm
from app.resources.policies import KEEPERS
from app.resources.queries.exports import Leaving, find_leaving, iterate_rows
from app.resources.routes.question import Question, asked_for, chips, read_question
from app.resources.service.exports import record_export
from app.web.answers import open_to_all, refuse_in_words
from app.web.transaction import OpenSession, apart, database
from app.web.turns import heavy_work

blueprint = Blueprint("resources_exports", __name__, template_folder="../templates")

IN_MEMORY: Final = 1024 * 1024
"""A larger file is written to the disk, which keeps it only as long as it is open."""

SHEET_MOST: Final = 20_000
"""So many entries a spreadsheet takes: writing one costs ten times what a CSV does."""

SHEET_MOST_OF_VISITORS: Final = 5_000
"""So many it takes for whoever keeps no catalogue: anybody may ask for it."""

_EDITION: Final = "2"
"""Changes when a layout does, so that nobody keeps a file of the old one."""
_MISFITS_SHOWN: Final = 60
_FIELDS_MOST: Final = 200
_LEFT_OUT: Final = ("view", "page", "sort", *CHOSEN)
_TOO_LONG: Final = "Excelのファイルは{most:,}件までです。CSVで受け取ってください。条件で絞ることもできます。"
_UNREADABLE: Final = "条件が読めませんでした。社会資源の画面で、条件を選び直してください。"
_FORM_NAME: Final = "社会資源の取り込み様式"

# Addresses are written with hyphens.
_BY_ADDRESS: Final = {code.replace("_", "-"): layout for code, layout in LAYOUTS.items()}
_QUOTED: Final = ",".join(f'"{address}"' for address in _BY_ADDRESS)
_LAYOUT: Final = f"<any({_QUOTED}):layout>"


@blueprint.get("/resources/export")
@public
def show_export() -> ResponseReturnValue:
    """What a file of the answer would hold, and how one gets it."""
    actor = find_actor()
    is_keeper = _is_keeper()
    form = ExportForm(request.args, is_keeper=is_keeper, meta={"csrf": False})
    form.asked.data = _asked_now()
    is_fine = form.validate()
    wish = _wish(form) if is_fine else Wish(OWN, "csv")
    scope = actor.scope if actor is not None and wish.for_staff else RESIDENTS
    with database().reading(scope) as opened:
        question = read_question(opened, scope=scope, with_refuges=False)
        if not question.form.validate():
            return render_template("resources/exports/refused.html", message=_UNREADABLE), 422
        leaving = _leaving(opened, question, wish, scope)
        lost = _lost(opened, wish, leaving, scope)
        page = render_template(
            "resources/exports/page.html",
            form=form,
            wish=wish,
            count=len(leaving.ids),
            too_long=_too_long(wish, leaving),
            columns=len(wish.headers),
            chips=[label for label, _ in chips(question, question.wanted)],
            is_shift_jis=wish.encoding == SHIFT_JIS,
            lost=lost,
            address=_address(wish),
            kept=_kept(),
            catalogue=url_for("resources.show_catalogue", **asked_for("page", *CHOSEN)),
            is_keeper=is_keeper,
            is_fine=is_fine,
        )
    return page if is_fine else (page, 422)


@blueprint.get(f"/resources/exports/{_LAYOUT}.<any({','.join(FORMATS)}):file>")
@public
def show_file(layout: str, file: str) -> ResponseReturnValue:
    """What everybody may have, as a file: the filter of the catalogue, as residents see it."""
    code = SHIFT_JIS if file == "csv" and request.args.get("code") == SHIFT_JIS else UTF8
    wish = Wish(_BY_ADDRESS[layout], file, code)
    with database().reading(RESIDENTS) as opened:
        question = read_question(opened, scope=RESIDENTS, with_refuges=False)
        if not question.form.validate():
            return refuse_in_words(_UNREADABLE)
        leaving = _leaving(opened, question, wish, RESIDENTS)
        if refusal := _too_long(wish, leaving):
            return refuse_in_words(refusal)
        edition = hashlib.sha256(
            f"{_EDITION}|{layout}|{file}|{code}|{leaving.edition}|{today()}".encode()
        ).hexdigest()[:32]
        if request.if_none_match.contains_weak(edition):
            return _for_everybody(Response(status=304), edition)
        with _turn(), _file() as made:
            write_table(wish, _rows(opened, wish, leaving, RESIDENTS), made)
            answer = _download(made, wish)
    return _for_everybody(answer, edition)


@blueprint.post("/resources/exports/staff")
@requires(*KEEPERS)
def make_staff_file() -> ResponseReturnValue:
    """What only the staff may have, as a file. Who took it is noted before it is given."""
    actor = current_actor()
    form = ExportForm(is_keeper=True)
    if not form.validate():
        return render_template("resources/exports/refused.html", message=_UNREADABLE), 422
    wish = _wish(form)
    with database().reading(actor.scope) as opened:
        question = read_question(opened, scope=actor.scope, with_refuges=False, asked=_read(form.asked.data))
        if not question.form.validate():
            return render_template("resources/exports/refused.html", message=_UNREADABLE), 422
        leaving = _leaving(opened, question, wish, actor.scope)
        if refusal := _too_long(wish, leaving):
            return render_template("resources/exports/refused.html", message=refusal), 422
        with _turn(), _file() as made:
            count = write_table(wish, _rows(opened, wish, leaving, actor.scope), made)
            answer = _download(made, wish)
    with apart(write=True) as opened:
        record_export(opened, wish=wish, count=count, by=actor, at=now())
    return answer


@blueprint.get("/resources/import-template.<any(csv,xlsx):file>")
@public
def show_template(file: str) -> ResponseReturnValue:
    """Our own layout to be filled in, with an example; as a spreadsheet with a sheet that says how."""
    rows = [blank_form.example()]
    edition = hashlib.sha256(repr((file, blank_form.HEADERS, rows, blank_form.guide())).encode()).hexdigest()[
        :32
    ]
    if request.if_none_match.contains_weak(edition):
        return _for_everybody(Response(status=304), edition)
    with _file() as made:
        if file == "xlsx":
            guide = Sheet("書き方", ("列", "書き方"), blank_form.guide(), is_prose=True)
            write_xlsx([Sheet(SHEET, blank_form.HEADERS, rows), guide], made)
        else:
            made.writelines(write_csv(blank_form.HEADERS, rows))
        answer = _sent(made, file, f"{_FORM_NAME}.{file}", f"tsunagi-template.{file}", UTF8)
    return _for_everybody(answer, edition)


def render_link() -> Markup:
    """Lead here from the catalogue, with its filter."""
    address = url_for("resources_exports.show_export", **asked_for(*_LEFT_OUT))
    return Markup(render_template("resources/exports/link.html", address=address))  # noqa: S704 -- escaped


def _wish(form: ExportForm) -> Wish:
    return Wish(LAYOUTS[form.layout.data], form.file.data, form.encoding, for_staff=form.is_for_staff)


def _is_keeper() -> bool:
    actor = find_actor()
    return actor is not None and actor.holds(*KEEPERS)


def _turn() -> AbstractContextManager[None]:
    return heavy_work(is_signed_in=find_actor() is not None)


def _too_long(wish: Wish, leaving: Leaving) -> str | None:
    """Return the words with which a spreadsheet of so many entries is refused, None where it is not."""
    most = SHEET_MOST if _is_keeper() else SHEET_MOST_OF_VISITORS
    return _TOO_LONG.format(most=most) if wish.file == "xlsx" and len(leaving.ids) > most else None


def _leaving(opened: OpenSession, question: Question, wish: Wish, scope: Scope) -> Leaving:
    return find_leaving(opened, question.wanted, for_staff=wish.for_staff, scope=scope)


def _rows(opened: OpenSession, wish: Wish, leaving: Leaving, scope: Scope) -> Iterator[list[Cell]]:
    return iterate_rows(opened, wish.layout, leaving.ids, for_staff=wish.for_staff, scope=scope)


def _lost(opened: OpenSession, wish: Wish, leaving: Leaving, scope: Scope) -> list[tuple[str, int]]:
    """Return the characters that would become 〓, the most frequent first, and not too many of them."""
    if wish.encoding != SHIFT_JIS:
        return []
    with _turn():
        found = misfits(_rows(opened, wish, leaving, scope))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MISFITS_SHOWN]


def _address(wish: Wish) -> str:
    """Return where everybody gets the file."""
    asked: dict[str, Any] = asked_for(*_LEFT_OUT, "mine", "seats", "ended")
    if wish.encoding == SHIFT_JIS:
        asked["code"] = SHIFT_JIS
    layout = wish.layout.code.replace("_", "-")
    return url_for("resources_exports.show_file", layout=layout, file=wish.file, **asked)


def _asked_now() -> str:
    return urlencode(asked_for(*_LEFT_OUT), doseq=True)[:ASKED_MOST]


def _kept() -> list[tuple[str, str]]:
    """Return the filter for the form that asks anew."""
    return [(name, value) for name, values in asked_for(*_LEFT_OUT, "asked").items() for value in values]


def _read(asked: str | None) -> MultiDict[str, str]:
    """Read the filter that the form brought along; what is no address asks for nothing."""
    try:
        return MultiDict(parse_qsl((asked or "")[:ASKED_MOST], max_num_fields=_FIELDS_MOST))
    except ValueError:
        return MultiDict()


@contextmanager
def _file() -> Iterator[IO[bytes]]:
    """Give a file that is gone as soon as it is closed: by the answer that sends it, or by an error on the way."""
    made = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- the answer closes it
    try:
        yield made
    except BaseException:
        made.close()
        raise


def _download(made: IO[bytes], wish: Wish) -> Response:
    day = today().isoformat()
    layout = wish.layout.label.partition("（")[0]
    name = f"社会資源_{'業務用_' if wish.for_staff else ''}{layout}_{day}.{wish.file}"
    plain = f"tsunagi-{'staff-' if wish.for_staff else ''}{wish.layout.code}-{day}.{wish.file}"
    return _sent(made, wish.file, name, plain.replace("_", "-"), wish.encoding)


def _sent(made: IO[bytes], file: str, name: str, plain: str, encoding: str) -> Response:
    size = made.tell()
    made.seek(0)
    if size <= IN_MEMORY:
        response = Response(made.read())
        made.close()
    else:
        response = Response(wrap_file(request.environ, made), direct_passthrough=True)
        response.content_length = size
        response.call_on_close(made.close)
    response.content_type = MIME_TYPES[file].replace(
        "utf-8", "Shift_JIS" if encoding == SHIFT_JIS else "utf-8"
    )
    # Both ways of RFC 6266: programs that do not know the second one take the plain name.
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    return response


def _for_everybody(response: Response, edition: str) -> Response:
    """Let anybody keep it, and ask each time whether it still stands; pages of others may read it."""
    response.set_etag(edition, weak=True)
    response.headers["Cache-Control"] = "public, no-cache"
    return open_to_all(response)
