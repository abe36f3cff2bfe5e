"""What the open catalogue offers, in the words of OpenAPI: the document that programs read before they ask."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from app.resources.exchange.hsds import asking
from app.resources.exchange.hsds.facts import Document

HSDS_VERSION: Final = "3.0"
API_VERSION: Final = "1.0.0"
PROFILE: Final = "https://docs.openreferral.org/en/v3.0.0/hsds/"

_SUMMARY: Final = "この町で参加できる場と、暮らしの助けになる場所の公開データです。HSDS 3.0 の形で読めます。読むだけで、登録は要りません。"


def _text(words: str, **more: Any) -> Document:
    return {"type": "string", "description": words, **more}


def _uuid(words: str) -> Document:
    return _text(words, format="uuid")


def _parts(words: str) -> Document:
    return {"type": "array", "description": words, "items": {"type": "object"}}


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(words: str, required: Collection[str], properties: Document) -> Document:
    return {"type": "object", "description": words, "required": sorted(required), "properties": properties}


_NUMBER: Final = {"type": "number"}
_FLAG: Final = {"type": "boolean"}
_ATTRIBUTES: Final = _parts("分類の言葉（taxonomy_term）と、HSDSに欄がない内容の値です。")

_SERVICE: Final = {
    "id": _uuid("変わらない番号です。"),
    "organization_id": _uuid("運営者の番号です。"),
    "name": _text("名前です。"),
    "alternate_name": _text("通称です。"),
    "description": _text("ここでしていることです。"),
    "url": _text("ホームページです。", format="uri"),
    "status": _text(
        "公開しているのは、活動中（active）のものだけです。",
        enum=["active", "inactive", "defunct", "temporarily closed"],
    ),
    "interpretation_services": _text("日本語のほかに話せることばです。"),
    "application_process": _text("申込みの方法です。"),
    "fees_description": _text("費用です。"),
    "eligibility_description": _text("対象です。"),
    "minimum_age": {**_NUMBER, "description": "何歳からかです。"},
    "maximum_age": {**_NUMBER, "description": "何歳までかです。"},
    "assured_date": _text("人が最後に確かめた日です。書きかえた日ではありません。", format="date"),
    "last_modified": _text("内容が最後に変わった時です。確認だけでは動きません。", format="date-time"),
    "organization": _ref("Organization"),
    "phones": _parts("公開してよい電話番号です。"),
    "contacts": _parts("電話番号だけでは言えない連絡先です。"),
    "schedules": _parts("予定です。iCalendarの繰り返しの形で、時刻には+09:00が付きます。"),
    "service_areas": _parts("来られる地域です。"),
    "service_at_locations": _parts("場所です。1つまでです。"),
    "languages": _parts("話せることばです。"),
    "cost_options": _parts("1回の費用が数で分かるときの金額です。"),
    "attributes": _ATTRIBUTES,
}
_SCHEMAS: Final[Document] = {
    "Service": _object("場や支えです。", ("id", "name", "status"), _SERVICE),
    "Organization": _object(
        "運営者です。",
        ("id", "name", "description"),
        {
            "id": _uuid("変わらない番号です。"),
            "name": _text("名前です。"),
            "description": _text("どの運営者も同じ文です。"),
            "organization_identifiers": _parts("法人番号です。"),
            "services": _parts("運営している場や支えです。"),
        },
    ),
    "ServiceAtLocation": _object(
        "場や支えと、その場所です。",
        ("id",),
        {
            "id": _uuid("変わらない番号です。"),
            "service_id": _uuid("場や支えの番号です。"),
            "location_id": _uuid("場所の番号です。"),
            "service": _ref("Service"),
            "location": {
                "type": "object",
                "description": (
                    "場所です。緯度と経度がどれくらい正確かは、属性「位置の精度」にあります。「町丁目」のときは、町のおおよその点です。"
                    "郵便番号は持っていないため、空の文字です。"
                ),
            },
            "attributes": _ATTRIBUTES,
        },
    ),
    "Taxonomy": _object(
        "分類です。",
        ("id", "name", "description"),
        {
            "id": _uuid("変わらない番号です。"),
            "name": _text("名前です。"),
            "description": _text("何のための分類かです。"),
            "version": _text("版です。"),
        },
    ),
    "TaxonomyTerm": _object(
        "分類の言葉です。",
        ("id", "name", "description"),
        {
            "id": _uuid("変わらない番号です。"),
            "code": _text("分類の中での記号です。"),
            "name": _text("言葉です。"),
            "description": _text("説明です。"),
            "parent_id": _uuid("上の段の言葉です。"),
            "taxonomy": _text("分類の名前です。"),
            "taxonomy_id": _uuid("分類の番号です。"),
            "taxonomy_detail": _ref("Taxonomy"),
            "language": _text("ことばの記号です。"),
        },
    ),
    "Page": _object(
        "一覧の1ページです。",
        ("total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"),
        {
            "total_items": {"type": "integer", "description": "全部の件数です。"},
            "total_pages": {"type": "integer", "description": "ページの数です。"},
            "page_number": {"type": "integer", "description": "このページの番号です。1から数えます。"},
            "size": {"type": "integer", "description": "このページの件数です。"},
            "first_page": _FLAG,
            "last_page": _FLAG,
            "empty": _FLAG,
            "contents": {"type": "array", "items": {"type": "object"}},
        },
    ),
    "Problem": _object(
        "受け付けられなかった理由です。",
        ("status", "message", "problems"),
        {
            "status": {"type": "integer"},
            "message": _text("何が起きたかです。"),
            "problems": _parts("どの条件が、なぜ使えないかです。"),
        },
    ),
}

_WHOLE: Final = {"type": "integer", "minimum": 1}
_PARAMETERS: Final[dict[str, tuple[str, Document]]] = {
    "search": ("この言葉があるものだけにします。", {"type": "string", "maxLength": asking.WORDS_MOST}),
    "page": ("何ページ目かです。", {**_WHOLE, "maximum": asking.PAGE_MOST, "default": 1}),
    "per_page": (
        f"1ページの件数です。minimalのときは{asking.MINIMAL_MOST}件まで返せます。",
        {**_WHOLE, "maximum": asking.PER_PAGE_MOST, "default": asking.PER_PAGE},
    ),
    "format": ("返せるのはjsonだけです。", {"type": "string", "enum": ["json"]}),
    "taxonomy_term_id": ("この言葉が付いたものだけにします。", {"type": "string", "format": "uuid"}),
    "taxonomy_id": ("この分類の言葉が付いたものだけにします。", {"type": "string", "format": "uuid"}),
    "organization_id": ("この運営者のものだけにします。", {"type": "string", "format": "uuid"}),
    "modified_after": (
        "この時から後に変わったものだけにします。消えたものは返りません。",
        {"type": "string", "format": "date-time"},
    ),
    "minimal": ("番号、名前、状態、変わった時だけを返します。", {"type": "boolean"}),
    "full": ("属するものを全部付けて返します。", {"type": "boolean"}),
    "full_service": ("場や支えを、属するものも全部付けて返します。", {"type": "boolean"}),
    "top_only": ("上の段の言葉だけにします。", {"type": "boolean"}),
    "parent_id": ("この言葉の下の段だけにします。", {"type": "string", "format": "uuid"}),
}

_LISTS: Final = (
    ("services", "Service", "場や支え", asking.OF_SERVICES, frozenset[str]()),
    ("organizations", "Organization", "運営者", asking.OF_ORGANIZATIONS, asking.OF_ONE_ORGANIZATION),
    ("service_at_locations", "ServiceAtLocation", "場や支えの場所", asking.OF_PLACES, frozenset[str]()),
    ("taxonomies", "Taxonomy", "分類", asking.OF_TAXONOMIES, frozenset[str]()),
    ("taxonomy_terms", "TaxonomyTerm", "分類の言葉", asking.OF_TERMS, frozenset[str]()),
)


def describe(server: str) -> Document:
    """Return the description of the API at this address, which ends without a slash."""
    paths: Document = {
        "/": {"get": _operation("about", "このデータの版と、説明の場所を返します。", _answer(_about()), ())},
    }
    for path, schema, label, listed, single in _LISTS:
        page = {
            "allOf": [
                _ref("Page"),
                {"type": "object", "properties": {"contents": {"type": "array", "items": _ref(schema)}}},
            ]
        }
        paths[f"/{path}"] = {
            "get": _operation(f"list_{path}", f"{label}の一覧を返します。", _answer(page), listed)
        }
        paths[f"/{path}/{{id}}"] = {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            ],
            "get": _operation(
                f"get_{path}", f"{label}を1つ返します。", _answer(_ref(schema)), single, one=True
            ),
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "つなぎ 社会資源の公開データ",
            "version": API_VERSION,
            "description": f"{_SUMMARY}分からないことは、項目ごと返しません。",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": _SCHEMAS},
    }


def _about() -> Document:
    address = {"type": "string", "format": "uri"}
    return _object(
        "このデータについてです。",
        ("version", "profile", "openapi_url"),
        {"version": {"type": "string"}, "profile": address, "openapi_url": address},
    )


def _answer(schema: Document) -> Document:
    return {"description": "答えです。", "content": {"application/json": {"schema": schema}}}


def _operation(
    name: str, words: str, answer: Document, parameters: Collection[str], *, one: bool = False
) -> Document:
    answers = {"200": answer, "304": {"description": "前に渡したものから変わっていません。"}}
    answers["400"] = _answer(_ref("Problem")) | {"description": "使えない条件があります。"}
    if one:
        answers["404"] = _answer(_ref("Problem")) | {"description": "この番号のものは公開していません。"}
    return {
        "operationId": name,
        "summary": words,
        "parameters": [
            {"name": each, "in": "query", "description": _PARAMETERS[each][0], "schema": _PARAMETERS[each][1]}
            for each in sorted(parameters)
        ],
        "responses": answers,
    }
