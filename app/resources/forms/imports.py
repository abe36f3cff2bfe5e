"""What people send to take a file in."""

from __future__ import annotations

from typing import Final

from wtforms import BooleanField, Field, FileField, SelectField, StringField, ValidationError, validators

from app.geo.municipality import parse_municipality_code
from app.resources.exchange.checking import Options
from app.resources.exchange.profiles import PROFILES
from app.text.normalise import normalise_text
from app.web.forms import Form

LARGEST_FILE: Final = 20 * 1024 * 1024
_IN_MEGABYTES: Final = LARGEST_FILE // 1024 // 1024


class ImportForm(Form):
    """A file, and what it does not say about itself."""

    file = FileField(
        "ファイル",
        [validators.InputRequired()],
        description=(
            f"Excel（.xlsx）、CSV（カンマ区切り・タブ区切り）、JSON（HSDS）が読めます。{_IN_MEGABYTES}MBまで。"
            "文字コードは、どれでも構いません。見出しのことばがちがっていても、次の画面で直せます。"
        ),
    )
    kind = StringField(
        "種別（ファイルに書かれていないとき）",
        [validators.Length(max=60)],
        description="「種別」の列がないファイルや、空の行に使います。例：通いの場",
    )
    profile = SelectField(
        "公開されているデータですか",
        choices={"": "いいえ・分からない（関係者だけに見せます）"}
        | {profile.code: f"はい：{profile.label}" for profile in PROFILES if profile.is_published},
        description=(
            "「はい」を選ぶと、公開区分の書かれていない新しい行を「公開」にします。もう公開されているデータのときだけ選んでください。"
        ),
    )
    municipality = StringField(
        "団体コード（ファイルに書かれていないとき）",
        [validators.Length(max=10)],
        description="5桁か6桁。町のデータが入っていれば、住所から分かるので空のままで構いません。",
    )
    all_or_nothing = BooleanField("受け取れない行が一つでもあれば、何も取り込まない")

    def validate_municipality(self, field: Field) -> None:
        """The check digit tells a slip of the finger."""
        if field.data and field.data.strip():
            try:
                parse_municipality_code(field.data)
            except ValueError as problem:
                raise ValidationError(str(problem)) from None

    def read_file(self) -> bytes | None:
        """Return the file's bytes; None, with the message at the field, when there is none or it is too large."""
        sent = self.file.data
        if sent is None or not hasattr(sent, "read"):
            self.file.errors = ("ファイルを選んでください。",)
            return None
        data: bytes = sent.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            self.file.errors = (
                f"ファイルが{_IN_MEGABYTES}MBより大きいため、受け取れません。行を分けて、いくつかのファイルにしてください。"
                "画像や、使わないシートが入っているときは、消すと小さくなります。",
            )
            return None
        return data

    @property
    def file_name(self) -> str:
        """The name of the file without the folders that some browsers send along."""
        name = normalise_text(str(getattr(self.file.data, "filename", "") or "")).replace("\\", "/")
        return name.rpartition("/")[2][-200:] or "名前のないファイル"

    @property
    def options(self) -> Options:
        """What was said about the file."""
        return Options(
            kind=normalise_text(self.kind.data or "") or None,
            profile=self.profile.data or None,
            municipality=(self.municipality.data or "").strip() or None,
        )
