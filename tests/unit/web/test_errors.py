"""When something goes wrong, a person learns what happened and what to do, and a stranger learns nothing."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.error_pages import TEXTS
from app.web.errors import InputRefused, Problem
from tests.support.html import parse_strictly, text_of

SWAP = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("missing", 404),
        ("forbidden", 404),
        ("refused", 422),
        ("input", 422),
        ("often", 429),
        ("later", 503),
        ("bug", 500),
    ],
)
def test_every_error_has_its_page_and_its_fragment(client: FlaskClient, kind: str, status: int) -> None:
    page = client.get(f"/broken/{kind}")
    fragment = client.get(f"/broken/{kind}", headers=SWAP)
    assert page.status_code == fragment.status_code == status
    assert TEXTS[status].title in text_of(parse_strictly(page.text))
    assert TEXTS[status].title in text_of(parse_strictly(fragment.text, fragment=True))
    assert "<html" not in fragment.text


def test_what_is_shut_looks_the_same_as_what_is_not_there(client: FlaskClient) -> None:
    missing = client.get("/broken/missing")
    forbidden = client.get("/broken/forbidden")
    nowhere = client.get("/cases/T-0123")
    assert missing.text == forbidden.text == nowhere.text
    assert list(missing.headers) == list(forbidden.headers) == list(nowhere.headers)


@pytest.mark.parametrize("path", ["/broken/missing", "/broken/bug", "/<script>alert(1)</script>"])
def test_no_error_page_repeats_what_was_sent_or_what_broke(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert "secret" not in text
    assert "alert(1)" not in text
    assert "Error" not in text


def test_a_refusal_says_which_rule_said_no(client: FlaskClient) -> None:
    assert "席がもうありません。" in client.get("/broken/refused").text


def test_refused_input_lists_each_problem_with_its_line_and_its_remedy(client: FlaskClient) -> None:
    assert "3行目：名前がありません。名前を入れてください。" in client.get("/broken/input").text


def test_refused_input_without_a_problem_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one problem"):
        InputRefused([])


def test_a_problem_of_the_whole_file_names_no_line() -> None:
    assert Problem(None, None, "空です。", "選び直してください。").text == "空です。選び直してください。"


def test_a_failure_can_be_found_in_the_log_by_the_number_on_the_page(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        number = parse_strictly(client.get("/broken/bug").text).find(".//strong[@class='code']")
    assert number is not None
    assert f"incident {number.text}" in caplog.text


def test_who_came_too_often_learns_when_to_come_back(client: FlaskClient) -> None:
    assert client.get("/broken/often").headers["Retry-After"] == "90"


def test_a_form_that_lay_open_too_long_says_so(client: FlaskClient) -> None:
    answer = client.post("/leave")
    assert answer.status_code == 400
    assert "画面を開いたまま時間がたちました" in text_of(parse_strictly(answer.text))


def test_an_address_that_only_takes_posts_says_which_way_round_it_works(client: FlaskClient) -> None:
    answer = client.get("/leave")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert TEXTS[405].title in answer.text


def test_an_upload_beyond_the_limit_is_told_to_be_too_large(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, MAX_CONTENT_LENGTH=10)
    answer = app.test_client().post("/", data={"name": "あ" * 100})
    assert answer.status_code == 413
    assert TEXTS[413].title in answer.text


@pytest.mark.parametrize(("status", "told_as"), [(415, 400), (502, 500)])
def test_an_error_without_words_of_its_own_borrows_the_general_ones(
    app: Flask, status: int, told_as: int
) -> None:
    from flask import abort

    app.add_url_rule("/odd", view_func=lambda: abort(status))
    answer = app.test_client().get("/odd")
    assert answer.status_code == status
    assert TEXTS[told_as].title in answer.text


def test_a_redirect_to_the_address_with_its_slash_stays_a_redirect(app: Flask) -> None:
    app.add_url_rule("/folder/", view_func=lambda: "here")
    assert app.test_client().get("/folder").status_code == 308


def test_an_error_page_opens_although_the_slots_are_what_broke(app: Flask) -> None:
    from app.web import slots

    def burst() -> str:
        raise RuntimeError("the database is gone")

    slots.register(app, "person_menu", burst)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert TEXTS[500].title in answer.text
