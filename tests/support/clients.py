"""A browser without JavaScript: it parses every answer strictly and sends forms with what stands in them.

``client.get("/accounts")`` and the like work as in Flask. ``client.send("/accounts/new", login_name="sato")`` opens the
page, fills in the form that leads to the same address (or to ``action``) and posts it with its hidden fields, the CSRF
token among them. ``client.sign_in(name, password)`` does so with the sign-in. ``client.page`` is the last page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.html import parse_strictly, text_of

Value = str | list[str]


@dataclass(frozen=True)
class FormOnPage:
    """A form with the values that it shows."""

    action: str
    method: str
    fields: dict[str, Value]
    names: frozenset[str]


class Browser(FlaskClient):
    """Flask's client that is as strict as a browser is forgiving."""

    page: Element | None = None
    address: str = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request and parse the answer."""
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data:
            partial = response.request.headers.get("HX-Request-Type") == "partial"
            # A redirect carries Werkzeug's own short page, which no browser shows.
            if not 300 <= response.status_code < 400:
                self.address = response.request.url
                self.page = parse_strictly(response.data, fragment=partial)
        return response

    @property
    def heading(self) -> str:
        """What the last page is called."""
        return text_of(next(element for element in self._shown().iter("h1")))

    @property
    def text(self) -> str:
        """What the last page says."""
        return text_of(self._shown())

    def described(self, term: str) -> str:
        """What the last page's list of terms says about one."""
        parts = [element for element in self._shown().iter() if element.tag in ("dt", "dd")]
        terms = [number for number, part in enumerate(parts) if part.tag == "dt" and text_of(part) == term]
        assert terms, f"the page describes no {term}"
        return text_of(parts[terms[0] + 1])

    def forms(self) -> list[FormOnPage]:
        """The forms of the last page."""
        return [_form(element) for element in self._shown().iter("form")]

    def send(self, path: str, *, action: Any = None, headers: Any = None, **typed: Value) -> TestResponse:
        """Open a page and send the form in it that leads to ``action`` (the page itself when not said)."""
        opened = self.get(path)
        assert opened.status_code == 200, f"{path} answers {opened.status_code}"
        return self.submit(action or urlsplit(path).path, headers=headers, **typed)

    def submit(self, action: str, *, headers: Any = None, **typed: Value) -> TestResponse:
        """Send a form of the last page without opening it again."""
        found = [form for form in self.forms() if form.action == action and form.method == "post"]
        assert found, f"no form leads to {action}: {[form.action for form in self.forms()]}"
        unknown = typed.keys() - found[0].names
        assert not unknown, f"the form has no field {sorted(unknown)}"
        sent = {"Referer": self.address, **(headers or {})}
        return self.post(action, data=found[0].fields | typed, headers=sent)

    def sign_in(self, login_name: str, password: str) -> TestResponse:
        """Open the sign-in and send name and password."""
        return self.send("/sign-in", login_name=login_name, password=password)

    def token(self, path: str = "/sign-in") -> str:
        """The CSRF token that a page gives this browser, for a request that no form makes."""
        self.get(path)
        tokens = [form.fields["csrf_token"] for form in self.forms() if "csrf_token" in form.fields]
        assert tokens, f"{path} has no form that changes something"
        return str(tokens[0])

    def _shown(self) -> Element:
        assert self.page is not None, "no page was opened yet"
        return self.page


def _form(element: Element) -> FormOnPage:
    fields: dict[str, Value] = {}
    names: set[str] = set()
    for name, value, is_sent in _controls(element):
        names.add(name)
        if is_sent and name in fields:
            former = fields[name]
            fields[name] = [*(former if isinstance(former, list) else [former]), value]
        elif is_sent:
            fields[name] = value
    return FormOnPage(
        urlsplit(element.get("action", "")).path,
        element.get("method", "get").lower(),
        fields,
        frozenset(names),
    )


def _controls(form: Element) -> Iterator[tuple[str, str, bool]]:
    """Yield (name, value, whether a browser sends it as it stands) of each control."""
    for control in form.iter():
        name, kind = control.get("name", ""), control.get("type", "text")
        if not name:
            continue
        if control.tag == "input":
            chosen = kind not in ("checkbox", "radio") or control.get("checked") is not None
            yield name, control.get("value", "on" if kind == "checkbox" else ""), chosen and kind != "file"
        elif control.tag == "textarea":
            yield name, (control.text or "").lstrip("\n"), True
        elif control.tag == "select":
            options = list(control.iter("option"))
            selected = [option for option in options if option.get("selected") is not None]
            if not selected and control.get("multiple") is None:
                selected = options[:1]
            for option in selected or options[:1]:
                yield name, option.get("value", option.text or ""), bool(selected)
