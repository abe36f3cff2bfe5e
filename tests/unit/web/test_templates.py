"""The kit's page, which shows every macro, holds against a strict reader."""

from xml.etree.ElementTree import Element

import jinja2
import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from app.web.icons import DRAWINGS
from tests.support.html import parse_strictly, text_of


def one(tree: Element, path: str) -> Element:
    found = tree.find(path)
    assert found is not None, path
    return found


@pytest.fixture
def page(client: FlaskClient) -> Element:
    return parse_strictly(client.get("/").text)


@pytest.fixture
def refused(app: Flask) -> Element:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return parse_strictly(app.test_client().post("/", data={"name": "ひまわり農園", "kind": "farm"}).text)


@pytest.mark.parametrize("path", ["/", "/plain", "/flashed", "/?page=3&sort=-seats"])
def test_pages_of_the_kit_hold_against_a_strict_reader(client: FlaskClient, path: str) -> None:
    assert parse_strictly(client.get(path).text).get("lang") == "ja"


def test_the_title_of_the_page_is_its_heading(page: Element) -> None:
    assert text_of(one(page, ".//h1")) == "社会資源"
    assert text_of(one(page, ".//title")) == "社会資源 – つなぎ"


def test_the_first_link_leads_past_the_navigation(page: Element) -> None:
    assert one(page, ".//a").get("href") == "#main"
    assert one(page, ".//main").get("id") == "main"


def test_the_footer_says_whose_tokens_these_are(page: Element) -> None:
    assert "出典：デジタル庁デザインシステム" in text_of(one(page, ".//footer"))


def test_the_place_where_one_stands_is_marked(page: Element) -> None:
    here = one(page, ".//nav[@class='nav']//a[@aria-current]")
    assert text_of(here) == "社会資源"
    assert here.get("aria-current") == "page"


def test_slots_of_the_layout_are_filled(page: Element) -> None:
    assert "みなと市" in text_of(one(page, ".//header"))
    assert "山本 さん" in text_of(one(page, ".//header"))
    assert "今夜、泊まれる場所があります" in text_of(page)


def test_a_page_without_navigation_has_no_empty_one(client: FlaskClient) -> None:
    assert parse_strictly(client.get("/plain").text).find(".//nav") is None


def test_a_field_says_before_what_it_wants(page: Element) -> None:
    control = one(page, ".//input[@name='name']")
    support = one(page, f".//*[@id='{control.get('aria-describedby')}']")
    assert text_of(support) == "看板に書いてある名前です。"
    assert control.get("aria-invalid") is None
    assert "※必須" in text_of(one(page, ".//label[@for='name']"))


def test_a_wrong_field_says_after_what_to_mend(refused: Element) -> None:
    control = one(refused, ".//input[@name='secret']")
    assert control.get("aria-invalid") == "true"
    assert text_of(one(refused, f".//*[@id='{control.get('aria-describedby')}']")) == "入力してください。"


def test_a_right_field_keeps_what_was_typed(refused: Element) -> None:
    assert one(refused, ".//input[@name='name']").get("value") == "ひまわり農園"


def test_the_list_of_problems_links_to_each_field(refused: Element) -> None:
    links = refused.findall(".//div[@role='alert']//a")
    assert [link.get("href") for link in links] == [
        "#secret",
        "#welcome-0",
        "#days-0",
        "#agreed",
        "#since",
        "#seats",
    ]


def test_a_group_of_choices_is_named_and_wrong_as_a_whole(refused: Element) -> None:
    group = one(refused, ".//fieldset[@role='radiogroup']")
    assert group.get("aria-invalid") == "true"
    assert text_of(one(group, "legend")) == "見学 ※必須"


def test_every_posted_form_carries_the_token(page: Element) -> None:
    forms = [form for form in page.iter("form") if form.get("method") == "post"]
    assert len(forms) == 2
    assert all(form.find(".//input[@name='csrf_token']") is not None for form in forms)


def test_a_sorted_column_says_so_and_its_header_turns_the_order_round(client: FlaskClient) -> None:
    page = parse_strictly(client.get("/?sort=-seats&page=2").text)
    header = one(page, ".//th[@aria-sort='descending']")
    assert text_of(header) == "空き"
    assert one(header, "a").get("href") == "/?sort=seats"


def test_each_cell_of_a_card_knows_the_name_of_its_column(page: Element) -> None:
    labels = {column.text for column in page.findall(".//thead//th") if column.text}
    cells = page.findall(".//tbody//td")
    assert cells
    assert {"種類", "距離", "状態"} <= {cell.get("data-label") for cell in cells}
    assert labels <= {cell.get("data-label") for cell in cells}


def test_paging_says_where_one_is_in_words(page: Element) -> None:
    assert "48件のうち 1〜3" in text_of(one(page, ".//nav[@class='paging']"))


def test_running_work_asks_for_itself_and_finished_work_no_longer(page: Element) -> None:
    assert one(page, ".//div[@id='import']").get("hx-get") == "/part"
    assert one(page, ".//div[@id='ready']").get("hx-get") is None
    assert "終わりました" in text_of(one(page, ".//div[@id='ready']"))


def test_steps_say_in_words_how_far_one_is(page: Element) -> None:
    steps = one(page, ".//nav[@class='steps']")
    assert text_of(one(steps, "p")) == "4つのうち3つ目"
    assert text_of(one(steps, ".//li[@aria-current='step']")) == "3 確かめる"
    assert text_of(steps).count("済み") == 2


def test_buttons_that_need_a_script_are_hidden_until_it_is_there(page: Element) -> None:
    scripted = [
        b for b in page.iter("button") if {"data-reveals", "data-prints", "data-dismiss"} & set(b.attrib)
    ]
    assert len(scripted) == 3
    assert all(button.get("hidden") is not None for button in scripted)


def test_a_name_that_is_not_there_raises_instead_of_printing_nothing(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(jinja2.UndefinedError):
        render_template_string("{{ nothing }}")


def test_what_people_typed_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        shown = render_template_string(
            "{% from 'macros/parts.html' import notice, chip %}{{ notice('info', t) }}{{ chip(t) }}", t="<b>"
        )
    assert "<b>" not in shown
    assert shown.count("&lt;b&gt;") == 2


def test_an_icon_with_a_label_is_a_picture_and_without_one_is_ornament(app: Flask) -> None:
    with app.test_request_context():
        shown = render_template_string(
            "{% from 'macros/icons.html' import icon %}{{ icon('bus', label='バス') }}{{ icon('bus') }}"
        )
    first, second = parse_strictly(shown, fragment=True)
    assert first.get("aria-label") == "バス"
    assert second.get("aria-hidden") == "true"


def test_an_icon_that_was_never_drawn_raises(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError, match="unicorn"):
        render_template_string("{% from 'macros/icons.html' import icon %}{{ icon('unicorn') }}")


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_is_well_formed(name: str) -> None:
    assert len(parse_strictly(f"<svg>{DRAWINGS[name]}</svg>", fragment=True)) == 1
