"""The pages of sign-in, of one's own account, and of the accounts of the town."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.accounts import policies, queries, service
from app.accounts.forms import ChangedAccountForm, NewAccountForm, PasswordForm, SignInForm
from app.accounts.guards import current_actor, find_actor, public, requires, sign_in_rules, signed_in
from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.clock import now
from app.crypto.keys import Purpose
from app.web.errors import Refused, TooOften
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.transaction import apart, database, session

blueprint = Blueprint("accounts", __name__, template_folder="templates")

_WRONG = "ログイン名かパスワードが違います。"


@blueprint.get("/")
@public
def open_start() -> ResponseReturnValue:
    """Lead to one's day, or to the sign-in."""
    return redirect(url_for("accounts.show_today" if find_actor() else "accounts.show_sign_in"))


@blueprint.get("/today")
@signed_in
def show_today() -> str:
    """きょうやること, filled by the slices above."""
    return render_template("accounts/today.html", actor=current_actor())


@blueprint.get("/sign-in")
@public
def show_sign_in() -> ResponseReturnValue:
    """Ask for name and password."""
    if find_actor():
        return redirect(url_for("accounts.show_today"))
    return render_template("accounts/sign_in.html", form=SignInForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Let somebody in, or say that name and password do not belong together."""
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    (login_name, password), moment = form.typed, now()
    digest = database().digest
    try:
        with apart(write=True) as opened:
            attempt_id = service.open_attempt(
                opened,
                name_digest=digest(Purpose.THROTTLE, login_name),
                address_digest=digest(Purpose.THROTTLE, request.remote_addr or ""),
                at=moment,
            )
    except TooOften as refusal:
        put_refusal_on(form, Refused(_wait_text(refusal.seconds)))
        return render_template("accounts/sign_in.html", form=form), 429, {"Retry-After": str(refusal.seconds)}
    with apart(write=False) as opened:
        account_id = service.check_password(opened, login_name=login_name, password=password)
    if account_id is None:
        put_refusal_on(form, Refused(_WRONG))
        return render_template("accounts/sign_in.html", form=form), 422
    former = find_actor()
    if former is not None:
        # Somebody else took over this browser, or the same person began anew.
        service.sign_out(session(), by=former, at=moment)
    admission = service.sign_in(
        session(),
        account_id=account_id,
        attempt_id=attempt_id,
        password=password,
        device=_device(request.user_agent.string),
        at=moment,
    )
    # A form that was opened before must not be sendable afterwards: the token in it goes with the old cookie.
    browser.clear()
    target = form.next.data or ""
    response = redirect(target if policies.is_local_path(target) else url_for("accounts.show_today"), 303)
    return _with_cookie(response, admission.token)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this sign-in on the server and have the browser forget all it kept."""
    service.sign_out(session(), by=current_actor(), at=now())
    browser.clear()
    response = redirect(url_for("accounts.show_sign_in"), 303)
    response.delete_cookie(
        sign_in_rules().cookie, secure=sign_in_rules().https, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/account")
@signed_in
def show_own_account() -> str:
    """One's own account: who one is here, and where one is signed in."""
    actor, moment = current_actor(), now()
    return render_template(
        "accounts/own.html",
        account=queries.get_account(session(), actor.account_id or 0),
        sign_ins=queries.list_running_sign_ins(
            session(), actor.account_id or 0, seen_since=moment - sign_in_rules().idle_after
        ),
        actor=actor,
    )


@blueprint.get("/account/password")
@signed_in
def show_password() -> str:
    """Ask for the old password and a new one."""
    return render_template("accounts/password.html", form=PasswordForm(), actor=current_actor())


@blueprint.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    form, actor = PasswordForm(), current_actor()
    if form.validate():
        try:
            _count_attempt(actor, form.typed["current"])
        except TooOften as refusal:
            put_refusal_on(form, Refused(_wait_text(refusal.seconds)))
            page = render_template("accounts/password.html", form=form, actor=actor)
            return page, 429, {"Retry-After": str(refusal.seconds)}
        try:
            service.change_password(session(), **form.typed, by=actor, at=now())
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say("パスワードを変更しました。ほかの機器はログアウトしました。")
            return redirect(url_for("accounts.show_own_account"), 303)
    return render_template("accounts/password.html", form=form, actor=actor), 422


@blueprint.post("/account/sign-ins/end-others")
@signed_in
def end_other_sign_ins() -> ResponseReturnValue:
    """Sign out everywhere else."""
    ended = service.end_other_sign_ins(session(), by=current_actor(), at=now())
    say(f"ほかの {ended} 台をログアウトしました。" if ended else "ほかにログイン中の機器はありません。")
    return redirect(url_for("accounts.show_own_account"), 303)


@blueprint.get("/accounts")
@requires(Role.ADMIN)
def list_accounts() -> str:
    """All accounts of the town."""
    return render_template("accounts/list.html", accounts=queries.list_accounts(session()))


@blueprint.get("/accounts/new")
@requires(Role.ADMIN)
def show_new_account() -> str:
    """Ask who gets an account."""
    return render_template("accounts/edit.html", form=NewAccountForm(formdata=None), account=None)


@blueprint.post("/accounts/new")
@requires(Role.ADMIN)
def create_account() -> ResponseReturnValue:
    """Make an account and show its first password, this once."""
    form = NewAccountForm()
    if form.validate():
        try:
            account, password = service.create_account(session(), **form.chosen, by=current_actor(), at=now())
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            return _show_first_password(account, password)
    return render_template("accounts/edit.html", form=form, account=None), 422


@blueprint.get("/accounts/<int:account_id>")
@requires(Role.ADMIN)
def show_account(account_id: int) -> str:
    """One account, to change it."""
    account = queries.get_account(session(), account_id)
    form = ChangedAccountForm(
        display_name=account.display_name,
        organisation=account.organisation,
        affiliation=account.affiliation.value,
        roles=[role.value for role in account.role_set],
        rights=[right.value for right in account.right_set],
        seen_version=account.version,
    )
    return render_template("accounts/edit.html", form=form, account=account)


@blueprint.post("/accounts/<int:account_id>")
@requires(Role.ADMIN)
def change_account(account_id: int) -> ResponseReturnValue:
    """Change an account."""
    form, account = ChangedAccountForm(), queries.get_account(session(), account_id)
    if form.validate():
        try:
            service.change_account(
                session(),
                account_id=account_id,
                seen_version=form.seen_version.data or 0,
                **form.chosen,
                by=current_actor(),
                at=now(),
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say("変更しました。次に画面を開いたときから効きます。")
            return redirect(url_for("accounts.list_accounts"), 303)
    return render_template("accounts/edit.html", form=form, account=account), 422


@blueprint.post("/accounts/<int:account_id>/renew-password")
@requires(Role.ADMIN)
def renew_password(account_id: int) -> ResponseReturnValue:
    """Give an account a new first password and show it, this once."""
    password = service.renew_password(session(), account_id=account_id, by=current_actor(), at=now())
    return _show_first_password(queries.get_account(session(), account_id), password)


@blueprint.post("/accounts/<int:account_id>/close")
@requires(Role.ADMIN)
def close_account(account_id: int) -> ResponseReturnValue:
    """Close an account."""
    service.close_account(session(), account_id=account_id, by=current_actor(), at=now())
    say("アカウントを閉じました。「もう一度ひらく」で元に戻せます。")
    return redirect(url_for("accounts.show_account", account_id=account_id), 303)


@blueprint.post("/accounts/<int:account_id>/reopen")
@requires(Role.ADMIN)
def reopen_account(account_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    service.reopen_account(session(), account_id=account_id, by=current_actor(), at=now())
    say("アカウントをもう一度ひらきました。")
    return redirect(url_for("accounts.show_account", account_id=account_id), 303)


def _count_attempt(actor: Actor, password: str) -> None:
    """Count a guess at one's own password like one at the sign-in: a browser left open must not be a place to try.

    Raises `TooOften`. Nobody can type the line break at the sign-in, so that door is not shut from there.
    """
    digest, moment = database().digest, now()
    with apart(write=True) as opened:
        attempt_id = service.open_attempt(
            opened,
            name_digest=digest(Purpose.THROTTLE, f"own password\n{actor.account_id}"),
            address_digest=digest(Purpose.THROTTLE, request.remote_addr or ""),
            at=moment,
        )
    with apart(write=True) as opened:
        service.prove_password(opened, password=password, attempt_id=attempt_id, by=actor)


def _show_first_password(account: Account, password: str) -> str:
    return render_template("accounts/first_password.html", account=account, password=password)


def _with_cookie(response: Response, token: str) -> Response:
    rules = sign_in_rules()
    response.set_cookie(rules.cookie, token, secure=rules.https, httponly=True, samesite="Lax", path="/")
    return response


def _wait_text(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"続けて失敗したため、しばらく受け付けを止めています。{minutes}分ほどたってから、もう一度お試しください。"


def _device(user_agent: str) -> str:
    """Say in two words from where somebody signed in; the browser's whole self-description tells too much."""
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
    }
    browsers = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    system = next((name for mark, name in systems.items() if mark in user_agent), "そのほかの機器")
    name = next((name for mark, name in browsers.items() if mark in user_agent), "ブラウザ")
    return f"{system}・{name}"
