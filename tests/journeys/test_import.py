"""An import in a real browser: a workbook comes in, a column is mended, a double is decided, and all of it goes again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.accounts.vocabulary import Role

from .conftest import DEMO_PASSWORD, Visitor

pytestmark = pytest.mark.browser

ROWS = [
    ["つどいの場の一覧（試験）"],
    ["種別", "なまえ", "住所", "電話番号", "ひとこと", "公開区分"],
    ["居場所", "潮だまりの縁側", "瀬凪市瀬凪駅前一丁目9-9", "0590-00-9911", "だれでもどうぞ", "関係者"],
    ["相談", "中央福祉相談センタ", "瀬凪市瀬凪駅前一丁目4-11", "0590-00-7001", "", "公開"],
    ["児童養護施設", "あかり学園", "瀬凪市瀬凪駅前一丁目8-8", "0590-00-9912", "", "公開"],
    ["居場所", "", "瀬凪市瀬凪駅前一丁目7-7", "0590-00-9913", "", ""],
]


def workbook() -> bytes:
    """A file as an office keeps it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_coordinator_takes_a_workbook_in_and_back(visitor: Visitor, demo_names: dict[Role, str]) -> None:
    page = visitor.page
    visitor.sign_in(demo_names[Role.COORDINATOR], DEMO_PASSWORD)
    visitor.open("/resources/imports")
    visitor.look("import-choose")
    visitor.field("file").set_input_files(
        {"name": "つどいの場.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    )
    page.get_by_role("button", name="中身を確かめる").click()

    page.get_by_role("link", name="列の読み方をえらぶ").click()
    visitor.look("import-columns")
    page.get_by_label("「なまえ」を何として読みますか").select_option("名称")
    page.get_by_label("「ひとこと」を何として読みますか").select_option("説明")
    page.get_by_role("button", name="この読み方で確かめ直す").click()

    page.get_by_text("いまある場所と同じかもしれない行が").wait_for()
    page.get_by_text("公開に気をつける場所が1件あります").wait_for()
    visitor.look("import-preview")
    page.get_by_role("link", name="受け取れない").click()
    assert page.get_by_text("6行目").is_visible()
    page.get_by_role("link", name="重複かも").click()
    visitor.look("import-alike")
    page.get_by_role("radio", name="同じ場所なので").first.check()
    page.get_by_role("button", name="えらんだことを残す").click()
    page.get_by_text("いまある方を直す 1件").first.wait_for()
    page.get_by_role("button", name="件を取り込む").click()

    page.get_by_role("heading", level=1, name="取り込みました").wait_for()
    visitor.look("import-done")
    page.get_by_role("link", name="変更", exact=False).first.click()
    assert page.get_by_text("中央福祉相談センタ").first.is_visible()
    visitor.look("import-changed")
    page.get_by_role("link", name="この取り込みを取り消す").click()
    visitor.look("import-undo")
    page.get_by_role("button", name="取り込みを取り消す").click()

    page.get_by_role("heading", level=1, name="取り込みを取り消しました").wait_for()
    visitor.look("import-undone")
    visitor.open("/resources?q=潮だまりの縁側")
    assert page.get_by_role("link", name="潮だまりの縁側", exact=True).count() == 0


def test_columns_and_doubles_are_decided_without_scripts(
    visitor: Visitor, demo_names: dict[Role, str]
) -> None:
    browser = visitor.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    plain = Visitor(context.new_page(), visitor.address)
    page = plain.page
    plain.sign_in(demo_names[Role.COMMUNITY], DEMO_PASSWORD)
    plain.open("/resources/imports")
    plain.field("file").set_input_files(
        {
            "name": "相談.csv",
            "mimeType": "text/csv",
            "buffer": (
                "種別,名称,住所,電話番号\n相談,中央福祉相談センタ,瀬凪市瀬凪駅前一丁目4-11,0590-00-7001\n"
            ).encode(),
        }
    )
    page.get_by_role("button", name="中身を確かめる").click()
    while page.get_by_role("link", name="いまの様子を見る").count():
        page.wait_for_timeout(500)
        page.get_by_role("link", name="いまの様子を見る").click()
    page.get_by_role("link", name="重複かも").click()
    page.get_by_text("まとめて決める").click()
    page.get_by_role("button", name="すべて「取り込まない」にする").click()
    assert page.get_by_text("取り込まない 1件").first.is_visible()
    page.get_by_role("button", name="取りやめる").click()
    assert page.get_by_text("取りやめました。何も取り込んでいません。").is_visible()
    context.close()


@pytest.mark.parametrize("megabytes", [21, 40])
def test_a_file_that_is_too_large_is_told_and_the_page_stays(
    visitor: Visitor, demo_names: dict[Role, str], tmp_path: Path, megabytes: int
) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.write("種別,名称,住所\n".encode())
        file.truncate(megabytes * 1024 * 1024)
    visitor.sign_in(demo_names[Role.COORDINATOR], DEMO_PASSWORD)
    visitor.open("/resources/imports")
    visitor.field("file").set_input_files(large)
    visitor.page.get_by_role("button", name="中身を確かめる").click(timeout=60_000)
    visitor.page.get_by_text("大きすぎます").or_(visitor.page.get_by_text("より大きいため")).first.wait_for(
        timeout=60_000
    )
    assert "20MB" in visitor.page.locator("main").inner_text()
