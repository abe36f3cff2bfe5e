"""Who may enter: each view says so with one of the decorators, and a view that says nothing lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import service
from app.accounts.vocabulary import RESIDENTS, Actor, Role, Scope
from app.clock import now
from app.web import transaction
from app.web.errors import Missing
from app.web.htmx import go_to

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC_COOKIE, SECURE_COOKIE = "tsunagi", "__Host-tsunagi"


@dataclass(frozen=True)
class Access:
    """What a view declares. No roles: anybody who is signed in; `public`: everybody."""

    public: bool = False
    roles: frozenset[Role] = frozenset()
    # The kind of subject that a followed link must speak for; accounts do not enter such a page.
    subject_kind: str | None = None

    def admits(self, actor: Actor | None) -> bool:
        """Tell whether this person may enter."""
        if self.public or actor is None:
            return self.public
        if self.subject_kind or actor.subject:
            return actor.subject is not None and actor.subject[0] == self.subject_kind
        return not self.roles or actor.holds(*self.roles)


def public(view: View) -> View:
    """Let everybody in."""
    return _declare(view, Access(public=True))


def signed_in(view: View) -> View:
    """Let every signed-in person in, whatever their roles."""
    return _declare(view, Access())


def requires(*roles: Role) -> Callable[[View], View]:
    """Let in who holds at least one of the roles; for all others the page does not exist."""
    if not roles:
        raise ValueError("name a role, or use signed_in")
    return lambda view: _declare(view, Access(roles=frozenset(roles)))


def linked(subject_kind: str) -> Callable[[View], View]:
    """Let in who followed a signed link of this kind of subject, for the half hour that it gives."""
    return lambda view: _declare(view, Access(subject_kind=subject_kind))


def _declare(view: View, access: Access) -> View:
    view._access = access  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Return who acts in this request, guests of a signed link included; raise `Missing` when it is nobody."""
    actor = find_actor() or find_guest()
    if actor is None:
        raise Missing
    return actor


def find_actor() -> Actor | None:
    """Return who acts in this request, None when nobody is signed in."""
    actor: Actor | None = g.get("actor")
    return actor


def find_guest() -> Actor | None:
    """Return for whom a followed link speaks in this request, None without one."""
    guest: Actor | None = g.get("guest")
    return guest


def visitor_holds(*roles: Role) -> bool:
    """Tell whether whoever is signed in holds one of the roles: for what a page offers to some of its visitors."""
    actor = find_actor()
    return actor is not None and actor.holds(*roles)


def visitors_scope() -> Scope:
    """Return what this visitor may see: an account's, a followed link's, or what residents see."""
    actor = find_actor() or find_guest()
    return actor.scope if actor else RESIDENTS


@dataclass(frozen=True)
class SignInRules:
    """How long sign-ins live, and in which cookie."""

    idle_after: timedelta
    lasts: timedelta
    https: bool

    @property
    def cookie(self) -> str:
        """The cookie's name; the prefix makes browsers refuse it from another host or without TLS."""
        return SECURE_COOKIE if self.https else PUBLIC_COOKIE

    @property
    def link_cookie(self) -> str:
        """The cookie of a followed link."""
        return f"{self.cookie}-link"


def install_guards(app: Flask, rules: SignInRules) -> None:
    """Stand in front of every page."""
    app.extensions["tsunagi.sign_in_rules"] = rules
    app.before_request(_recognise)
    app.before_request(_admit)


def sign_in_rules() -> SignInRules:
    """Return the rules of the running app."""
    rules: SignInRules = current_app.extensions["tsunagi.sign_in_rules"]
    return rules


def _recognise() -> None:
    """Find out who asks, in a transaction of its own: a sign-in that ends now must not wait for this page."""
    rules, moment = sign_in_rules(), now()
    token = request.cookies.get(rules.cookie)
    if not token:
        _recognise_subject(rules, moment)
        return
    with transaction.apart(write=False) as session:
        found = service.find_actor(
            session, token=token, now=moment, idle_after=rules.idle_after, lasts=rules.lasts
        )
    if found is None:
        _recognise_subject(rules, moment)
        return
    g.actor, touch_is_due = found
    transaction.use_scope(g.actor.scope)
    if touch_is_due:
        with transaction.apart(write=True) as session:
            service.touch_sign_in(session, by=g.actor, at=moment)


def _recognise_subject(rules: SignInRules, moment: datetime) -> None:
    """Without a sign-in: whoever followed a signed link, else anybody, who sees what is public."""
    token, subject = request.cookies.get(rules.link_cookie), None
    if token:
        with transaction.apart(write=False) as session:
            subject = service.find_subject(session, token=token, now=moment)
    if subject:
        g.guest = Actor(None, "", subject=subject, on=moment.date())
    transaction.use_scope(g.guest.scope if subject else RESIDENTS)


def _admit() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # Flask answers: there is no such address.
    view = current_app.view_functions[request.endpoint]
    access: Access | None = getattr(view, "_access", None)
    actor = find_actor() or find_guest()
    if access is None:
        current_app.logger.error("the view %s declares no access and stays shut", request.endpoint)
        raise Missing
    if not access.public and not access.subject_kind and find_actor() is None:
        # Only a page that was opened can be returned to; a form's address alone shows nothing.
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return go_to(url_for("accounts.show_sign_in", next=target))
    if not access.admits(actor):
        raise Missing
    if (
        actor is not None
        and actor.must_change_password
        and not access.public
        and not _leads_out(request.endpoint)
    ):
        return go_to(url_for("accounts.show_password"))
    return None


def _leads_out(endpoint: str) -> bool:
    """Tell whether the page belongs to the change of a first password, or to leaving."""
    return endpoint in ("accounts.show_password", "accounts.change_password", "accounts.sign_out")
