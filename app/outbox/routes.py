"""お知らせ for everybody who is signed in, and 送るもの for who prints letters and looks after failed mails."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, requires, signed_in
from app.accounts.vocabulary import Actor
from app.clock import now, today
from app.outbox import queries
from app.outbox.exchange.letters import MissingGlyph, make_letters
from app.outbox.exchange.paper import Letter, letter_of, qr_svg
from app.outbox.forms import MOST_LETTERS, LettersForm
from app.outbox.models import Delivery
from app.outbox.service import tending
from app.outbox.vocabulary import SENDERS, Channel, ChannelReason, DeliveryState
from app.web.errors import Missing, Refused
from app.web.flashes import Tone, say
from app.web.paging import Page, page_number
from app.web.transaction import session

blueprint = Blueprint("outbox", __name__, template_folder="templates")

_EXTENSION = "tsunagi.public_url"
_ON_A_PAGE = 50
_NOTICES_ON_A_PAGE = 20
_OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)
_OVER = (DeliveryState.SENT, DeliveryState.PRINTED, DeliveryState.WITHDRAWN)


def introduce_public_url(app: Flask, public_url: str | None) -> None:
    """Tell the pages how people outside reach this installation; None takes what the browser asked for."""
    app.extensions[_EXTENSION] = public_url


@blueprint.get("/notices")
@signed_in
def list_notices() -> str:
    """One's own notices, unread ones first."""
    actor, number = current_actor(), page_number()
    account_id = actor.account_id or 0
    page = Page(
        queries.list_notices(
            session(),
            account_id,
            scope=actor.scope,
            on=today(),
            offset=(number - 1) * _NOTICES_ON_A_PAGE,
            limit=_NOTICES_ON_A_PAGE,
        ),
        queries.count_notices(session(), account_id, scope=actor.scope, on=today()),
        number,
        _NOTICES_ON_A_PAGE,
    )
    unread = queries.count_notices(session(), account_id, scope=actor.scope, on=today(), unread_only=True)
    return render_template("outbox/notices.html", page=page, unread=unread)


@blueprint.post("/notices/read")
@signed_in
def read_all_notices() -> ResponseReturnValue:
    """All of them were read."""
    tending.mark_all_read(session(), by=current_actor(), at=now())
    return redirect(url_for(".list_notices"), 303)


@blueprint.post("/notices/<string(length=22):delivery_id>/read")
@signed_in
def read_notice(delivery_id: str) -> ResponseReturnValue:
    """One of them was read."""
    tending.mark_read(session(), delivery_id=delivery_id, by=current_actor(), at=now())
    return redirect(url_for(".list_notices"), 303)


@blueprint.get("/outbox")
@requires(*SENDERS)
def list_outbox() -> str:
    """What waits to go out or could not, or what is over."""
    return _show_outbox()


@blueprint.get("/outbox/letters")
@requires(*SENDERS)
def show_letters() -> str:
    """The letters that are to be printed as a page, for a printer that the browser knows."""
    found = queries.list_due_letters(session(), scope=current_actor().scope, on=today(), limit=MOST_LETTERS)
    letters = _printable(found)
    return render_template("outbox/letters.html", letters=letters, codes=_codes(letters))


@blueprint.post("/outbox/letters")
@requires(*SENDERS)
def print_letters() -> ResponseReturnValue:
    """The letters that were ticked as one PDF. It changes nothing: paper may jam."""
    form = LettersForm()
    found = queries.list_letters(session(), form.letter_ids, scope=current_actor().scope)
    letters = _printable(found)
    if not letters:
        return _show_outbox(problem="印刷する手紙に、しるしを付けてください。"), 422
    try:
        made = make_letters(letters)
    except MissingGlyph as missing:
        return _show_outbox(problem=_told(missing, letters)), 422
    name = f"letters-{today().isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return current_app.response_class(made, mimetype="application/pdf", headers=headers)


@blueprint.post("/outbox/printed")
@requires(*SENDERS)
def note_printed() -> ResponseReturnValue:
    """The letters that were ticked came out of the printer."""
    form = LettersForm()
    try:
        count = tending.mark_printed(session(), delivery_ids=form.letter_ids, by=current_actor(), at=now())
    except Refused as refusal:
        return _show_outbox(problem=refusal.message), 422
    if count:
        say(f"{count}通を「印刷しました」にしました。封筒に入れて送ってください。")
    else:
        say("もう印刷したものでした。", Tone.INFO)
    return redirect(url_for(".list_outbox"), 303)


@blueprint.get("/outbox/<string(length=22):delivery_id>")
@requires(*SENDERS)
def show_delivery(delivery_id: str) -> str:
    """One mail or letter: what it says, how it goes, and what can be done with it."""
    return _show_delivery(delivery_id)


@blueprint.post("/outbox/<string(length=22):delivery_id>/withdraw")
@requires(*SENDERS)
def withdraw_delivery(delivery_id: str) -> ResponseReturnValue:
    """It shall not go out."""
    try:
        tending.withdraw_delivery(session(), delivery_id=delivery_id, by=current_actor(), at=now())
    except Refused as refusal:
        return _show_delivery(delivery_id, problem=refusal.message), 422
    say("取りやめました。相手には届きません。")
    return redirect(url_for(".list_outbox"), 303)


@blueprint.post("/outbox/<string(length=22):delivery_id>/retry")
@requires(*SENDERS)
def retry_delivery(delivery_id: str) -> ResponseReturnValue:
    """Try a mail again that failed."""
    try:
        tending.retry_delivery(session(), delivery_id=delivery_id, by=current_actor(), at=now())
    except Refused as refusal:
        return _show_delivery(delivery_id, problem=refusal.message), 422
    say("もう一度送ります。1分ほどで、結果がここに出ます。")
    return redirect(url_for(".show_delivery", delivery_id=delivery_id), 303)


@blueprint.post("/outbox/<string(length=22):delivery_id>/letter")
@requires(*SENDERS)
def turn_into_letter(delivery_id: str) -> ResponseReturnValue:
    """Print it instead of sending a mail."""
    try:
        tending.turn_into_letter(
            session(),
            delivery_id=delivery_id,
            by=current_actor(),
            at=now(),
            reason=ChannelReason.CHOSEN_BY_STAFF,
        )
    except Refused as refusal:
        return _show_delivery(delivery_id, problem=refusal.message), 422
    say("手紙に変えました。「送るもの」の一覧で印刷できます。")
    return redirect(url_for(".list_outbox"), 303)


def render_today(actor: Actor) -> Markup:
    """The parts of きょう that belong here: unread notices, letters to print, mails that failed."""
    unread = queries.count_notices(
        session(), actor.account_id or 0, scope=actor.scope, on=today(), unread_only=True
    )
    letters = failed = 0
    if actor.holds(*SENDERS):
        letters = queries.count_due_letters(session(), scope=actor.scope, on=today())
        failed = queries.count_outgoing(session(), scope=actor.scope, states=[DeliveryState.FAILED])
    if not (unread or letters or failed):
        return Markup("")
    page = render_template("outbox/today.html", unread=unread, letters=letters, failed=failed)
    return Markup(page)  # noqa: S704 -- escaped by the template


def render_link() -> Markup:
    """The way to one's notices, for the menu of the person."""
    return Markup(render_template("outbox/link.html"))  # noqa: S704 -- escaped by the template


def _show_outbox(problem: str | None = None) -> str:
    actor, number = current_actor(), page_number()
    shows_over = request.args.get("show") == "over"
    states = _OVER if shows_over else _OPEN
    page = Page(
        queries.list_outgoing(
            session(),
            scope=actor.scope,
            states=states,
            offset=(number - 1) * _ON_A_PAGE,
            limit=_ON_A_PAGE,
        ),
        queries.count_outgoing(session(), scope=actor.scope, states=states),
        number,
        _ON_A_PAGE,
    )
    contents = {delivery.id: delivery.content for delivery in page.items}
    printable = {
        delivery.id
        for delivery in page.items
        if _waits_for_printer(delivery) and not contents[delivery.id].has_run_out(today())
    }
    return render_template(
        "outbox/list.html",
        page=page,
        contents=contents,
        printable=printable,
        shows_over=shows_over,
        problem=problem,
        on=today(),
    )


def _show_delivery(delivery_id: str, problem: str | None = None) -> str:
    delivery = queries.get_delivery(session(), delivery_id, scope=current_actor().scope)
    if delivery.channel is Channel.IN_APP:
        raise Missing
    return render_template(
        "outbox/show.html",
        delivery=delivery,
        content=delivery.content,
        is_open=delivery.state in _OPEN,
        problem=problem,
        on=today(),
    )


def _waits_for_printer(delivery: Delivery) -> bool:
    is_due = delivery.due_on <= today()
    return delivery.channel is Channel.LETTER and delivery.state is DeliveryState.WAITING and is_due


def _printable(deliveries: Iterable[Delivery]) -> list[Letter]:
    """The letters to print, without those whose link would lead nowhere any more."""
    base = current_app.extensions[_EXTENSION] or request.url_root.rstrip("/")
    letters = []
    for delivery in deliveries:
        content = delivery.content
        if _waits_for_printer(delivery) and not content.has_run_out(today()):
            letters.append(letter_of(content, key=delivery.id, written_on=today(), public_url=base))
    return letters


def _codes(letters: list[Letter]) -> dict[str, Markup]:
    """The QR code of each letter that has an address; drawn by us, so it is HTML as it is."""
    return {
        letter.id: Markup(qr_svg(letter.address, in_page=True))  # noqa: S704 -- drawn from an address, all figures
        for letter in letters
        if letter.address
    }


def _told(missing: MissingGlyph, letters: list[Letter]) -> str:
    holder = next((letter for letter in letters if letter.id == missing.letter_id), None)
    where = f"「{holder.salutation}」の手紙に" if holder else "手紙に"
    return (
        f"{where}、PDFにできない文字「{missing.character}」があります。"
        "その手紙のしるしを外すか、「画面から印刷する」を使ってください。"
    )
