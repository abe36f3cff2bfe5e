"""A small app that has the kit and nothing else, and a server for the tests that look with a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, render_template, request
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFProtect
from flask_wtf.file import FileField
from markupsafe import Markup
from werkzeug.exceptions import Forbidden
from werkzeug.serving import make_server
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.web import htmx, navigation, slots
from app.web.assets import install_assets
from app.web.error_pages import install_error_pages
from app.web.errors import InputRefused, Missing, NotNow, Problem, Refused, TooOften
from app.web.flashes import Tone, say
from app.web.forms import Form
from app.web.headers import install_headers
from app.web.icons import DRAWINGS
from app.web.jinja import install_templates
from app.web.paging import Page, Sort, page_number, sort_order


class KitForm(Form):
    """One field of every kind."""

    name = StringField(
        "場の名前", validators=[DataRequired(), Length(max=20)], description="看板に書いてある名前です。"
    )
    secret = PasswordField("パスワード", validators=[DataRequired()])
    about = TextAreaField("ここでできること")
    kind = SelectField("種類", choices={"cafe": "居場所", "farm": "農作業"})
    welcome = RadioField(
        "見学", choices={"yes": "できます", "ask": "相談してください"}, validators=[InputRequired()]
    )
    days = SelectMultipleField(
        "開いている曜日",
        choices={"mon": "月", "tue": "火", "wed": "水"},
        validators=[DataRequired()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    agreed = BooleanField("説明を読みました", validators=[DataRequired()])
    since = DateField("いつから", validators=[DataRequired()])
    seats = IntegerField("人数", validators=[DataRequired(), NumberRange(min=1, max=9)])
    mail = EmailField("メール")
    paper = FileField("資料")


PLACES = [
    ("ぶんこカフェ こもれび", "居場所", 2),
    ("ひまわり農園", "農作業", 1),
    ("朝市てつだい隊", "手伝い", 0),
]


def _add_pages(app: Flask) -> None:
    @app.route("/", methods=["GET", "POST"])
    def kit() -> str:
        form = KitForm()
        form.validate_on_submit()
        return render_template(
            "kit.html",
            given=form,
            icon_names=DRAWINGS,
            page=Page(PLACES, 48, page_number(), 20),
            sort=sort_order({"name", "seats"}, Sort("name")),
        )

    @app.get("/plain")
    def plain() -> str:
        return render_template("plain.html")

    @app.get("/flashed")
    def flashed() -> str:
        say("保存しました。")
        say("電話番号がまだありません。", Tone.WARNING)
        return render_template("plain.html")

    @app.get("/part")
    def part() -> str:
        return htmx.render("plain.html", "part.html")

    @app.route("/leave", methods=["POST"])
    def leave() -> Response:
        return htmx.go_to("/plain")

    @app.get("/broken/<kind>")
    def broken(kind: str) -> str:
        faults: dict[str, Exception] = {
            "missing": Missing("<secret> T-0123"),
            "forbidden": Forbidden(),
            "refused": Refused("席がもうありません。"),
            "input": InputRefused([Problem("name", 3, "名前がありません。", "名前を入れてください。")]),
            "often": TooOften(90),
            "later": NotNow("disk full"),
            "bug": ZeroDivisionError("<secret>"),
        }
        raise faults[kind]

    @app.get("/query")
    def query() -> str:
        return request.query_string.decode()


def _add_frame(app: Flask) -> None:
    for order, (label, icon) in enumerate(
        (
            ("きょう", "today"),
            ("ケース", "case"),
            ("社会資源", "place"),
            ("待ちと空き", "board"),
            ("地図・報告", "map"),
        )
    ):
        navigation.register_entry(
            app,
            label=label,
            endpoint="kit" if order == 2 else "plain",
            icon=icon,
            order=order,
            visible=lambda: True,
        )
    slots.register(app, "place_name", lambda: "みなと市 参加支援")
    slots.register(app, "person_menu", lambda: Markup(render_template("person.html")))
    slots.register(app, "header_search", lambda: Markup(render_template("search.html")))
    slots.register(app, "banner", lambda: Markup(render_template("banner.html")))


@pytest.fixture
def app() -> Flask:
    """The kit with a page for every purpose of these tests."""
    app = Flask("kit", template_folder="templates", static_folder=None, root_path=str(_here()))
    app.config.update(SECRET_KEY="for tests only", PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=True)
    CSRFProtect(app)
    install_templates(app)
    install_assets(app)
    install_headers(app)
    htmx.install_htmx(app)
    install_error_pages(app)
    _add_pages(app)
    _add_frame(app)
    return app


def _here() -> str:
    return __file__.rpartition("/")[0]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The kit served on a free port of this machine, for Chromium."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
