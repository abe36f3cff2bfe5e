"""What somebody wants to take away: in which layout, as which file, and how much of it."""

from __future__ import annotations

from typing import Any, Final

from wtforms import HiddenField, RadioField, SelectField, validators

from app.resources.exchange.files import SHIFT_JIS, UTF8
from app.resources.exchange.published_layouts import LAYOUTS
from app.resources.exchange.writing import OWN
from app.resources.forms.bulk import ASKED_MOST
from app.web.forms import Form

PUBLIC, STAFF = "public", "staff"
CHOSEN: Final = ("layout", "file", "code", "what")
"""The names of the fields in an address; everything beside them is the filter."""


class ExportForm(Form):
    """The choice. `is_keeper` may take what only the staff may have; for others it is no choice at all."""

    layout = SelectField(
        "様式",
        choices={code: layout.label for code, layout in LAYOUTS.items()},
        default=OWN.code,
        description="どの列を、どの名前で入れるかです。",
    )
    file = RadioField(
        "ファイルの形",
        choices={
            "csv": "CSV（表計算ソフトやほかの仕組みで）",
            "xlsx": "Excel（xlsx）",
            "geojson": "GeoJSON（地図のソフトで）",
        },
        default="csv",
    )
    code = SelectField(
        "CSVの文字コード",
        choices={UTF8: "UTF-8（ふつうはこちら）", SHIFT_JIS: "Shift_JIS（古い仕組みに入れるとき）"},
        default=UTF8,
    )
    what = RadioField(
        "何を入れるか",
        choices={
            PUBLIC: "公開の場所だけ（だれに渡してもよいもの）",
            STAFF: "業務用（関係者の場所と、職員だけが見る項目も）",
        },
        default=PUBLIC,
    )
    asked = HiddenField("条件", [validators.Length(max=ASKED_MOST)])

    def __init__(self, *args: Any, is_keeper: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_keeper:
            del self.what

    @property
    def is_for_staff(self) -> bool:
        """Whether more is asked for than everybody may have."""
        return "what" in self and self.what.data == STAFF

    @property
    def encoding(self) -> str:
        """How the characters are written; only a CSV has a choice."""
        return self.code.data or UTF8 if self.file.data == "csv" else UTF8
