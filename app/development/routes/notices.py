"""Notices at their windows, and which window a topic goes to."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.guards import current_actor, requires, visitor_holds
from app.accounts.queries import list_open_accounts
from app.accounts.vocabulary import Role
from app.clock import now
from app.development.forms.residents import CloseForm, ForwardForm, WindowForm
from app.development.policies.residents import notice_may_become
from app.development.queries import residents as queries
from app.development.service import notices as service
from app.development.vocabulary.residents import NOTICE_ROLES, NoticeState, NoticeTopic
from app.resources.queries import catalogue
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.paging import Page, page_number
from app.web.transaction import apart, session

blueprint = Blueprint("development_notices", __name__, template_folder="../templates")

PAGE_SIZE = 30
NOTICE_ID = "<string(length=22):notice_id>"
_WINDOW_KEEPERS = (Role.CITY_OFFICER, Role.ADMIN)


@blueprint.get("/residents-notices")
@requires(*NOTICE_ROLES)
def list_notices() -> str:
    """What lies at one's windows, without what it says."""
    scope, number = current_actor().scope, page_number()
    with_closed = request.args.get("closed") == "1"
    notices = queries.list_notices(
        session(),
        with_closed=with_closed,
        first=(number - 1) * PAGE_SIZE,
        most=PAGE_SIZE,
        scope=scope,
    )
    total = queries.count_notices(session(), with_closed=with_closed, scope=scope)
    return render_template(
        "development/notices/list.html",
        page=Page(notices, total, number, PAGE_SIZE),
        with_closed=with_closed,
        keeps_windows=current_actor().holds(*_WINDOW_KEEPERS),
    )


@blueprint.get(f"/residents-notices/{NOTICE_ID}")
@requires(*NOTICE_ROLES)
def show_notice(notice_id: str) -> str:
    """One notice; that it was read stands in the log."""
    actor, scope = current_actor(), current_actor().scope
    with apart(write=True) as opened:
        service.record_notice_read(opened, notice_id=notice_id, by=actor, at=now())
    notice = queries.get_notice(session(), notice_id, scope=scope)
    content, handled = queries.get_notice_content(session(), notice, scope=scope)
    places = catalogue.list_names(session(), [notice.resource_id or 0], scope=scope)
    return render_template(
        "development/notices/notice.html",
        notice=notice,
        content=content,
        handled=handled,
        place=places.get(notice.resource_id or 0),
        becomes=() if notice.closed_at else notice_may_become(notice.state),
        states=NoticeState,
        close_form=CloseForm(formdata=None),
        forward_form=_forward_form(notice.topic, formdata=None),
    )


@blueprint.post(f"/residents-notices/{NOTICE_ID}/received")
@requires(*NOTICE_ROLES)
def take(notice_id: str) -> ResponseReturnValue:
    """Somebody has it."""
    service.take_notice(session(), notice_id=notice_id, by=current_actor(), at=now())
    say("受け取りました。対応したら、ここに残してください。")
    return _to_notice(notice_id)


@blueprint.post(f"/residents-notices/{NOTICE_ID}/done")
@requires(*NOTICE_ROLES)
def close(notice_id: str) -> ResponseReturnValue:
    """It was seen to."""
    form = CloseForm()
    try:
        service.close_notice(session(), notice_id=notice_id, words=_typed(form), by=current_actor(), at=now())
    except Refused as refusal:
        return _refused(notice_id, refusal)
    say("対応したことを記録しました。中身は1年後に消えます。")
    return redirect(url_for("development_notices.list_notices"), 303)


@blueprint.post(f"/residents-notices/{NOTICE_ID}/forwarded")
@requires(*NOTICE_ROLES)
def forward(notice_id: str) -> ResponseReturnValue:
    """Another window has to know."""
    topic = queries.get_notice(session(), notice_id, scope=current_actor().scope).topic
    form = _forward_form(topic)
    if not form.validate():
        return _refused(notice_id, Refused("どこへ渡すかを選んでください。伝えることは1,000文字までです。"))
    try:
        service.forward_notice(
            session(),
            notice_id=notice_id,
            to=form.window,
            words=form.words.data or "",
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        return _refused(notice_id, refusal)
    say("他の窓口へ渡しました。")
    return redirect(url_for("development_notices.list_notices"), 303)


@blueprint.get("/residents-notices/windows")
@requires(*_WINDOW_KEEPERS)
def show_windows() -> str:
    """Which window each topic goes to."""
    return _windows_page(WindowForm(formdata=None))


@blueprint.post("/residents-notices/windows")
@requires(*_WINDOW_KEEPERS)
def change_window() -> ResponseReturnValue:
    """Another window for a topic."""
    form = WindowForm()
    if not form.validate():
        return _windows_page(form), 422
    service.change_window(
        session(),
        topic=NoticeTopic(form.topic.data),
        role=Role(form.role.data),
        organisation=(form.organisation.data or "").strip(),
        by=current_actor(),
        at=now(),
    )
    say("あて先を変えました。これから届くものから変わります。")
    return redirect(url_for("development_notices.show_windows"), 303)


def render_window_link() -> Markup:
    """The way to the windows, in the menu of whoever decides on them and reads no notices."""
    if not visitor_holds(Role.ADMIN):
        return Markup("")
    return Markup(render_template("development/notices/link.html"))  # noqa: S704 -- escaped by the template


def _windows_page(form: WindowForm) -> str:
    windows = queries.list_windows(session(), scope=current_actor().scope)
    accounts = list_open_accounts(session())
    return render_template(
        "development/notices/windows.html",
        windows=windows,
        readers={
            topic: sum(window.is_kept_by(account.role_set, account.organisation) for account in accounts)
            for topic, window in windows.items()
        },
        form=form,
    )


def _forward_form(topic: NoticeTopic, **options: object) -> ForwardForm:
    about_people = topic is not NoticeTopic.PLACE
    windows = queries.list_windows(session(), scope=current_actor().scope) if about_people else None
    return ForwardForm(windows, **options)


def _typed(form: CloseForm) -> str:
    return (form.words.data or "") if form.validate() else ""


def _refused(notice_id: str, refusal: Refused) -> Response:
    # Shown on the page itself, which notes in the log that it was read once more.
    session().rollback()
    say(refusal.message, Tone.WARNING)
    return _to_notice(notice_id)


def _to_notice(notice_id: str) -> Response:
    return redirect(url_for("development_notices.show_notice", notice_id=notice_id), 303)
