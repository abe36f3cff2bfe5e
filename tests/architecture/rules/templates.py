"""Templates keep the content security policy, escape everything, and work without JavaScript.

A template is no document, so it is read twice: Jinja's own lexer gives its expressions; for the HTML around them
every expression becomes a filler of the same length, so that lines stay true and branches do not matter.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask
from jinja2 import Environment, StrictUndefined

from tests.architecture.house import House, Violation

Attributes = list[tuple[str, str | None]]

WRITES = {"hx-post", "hx-put", "hx-patch", "hx-delete"}
DATA_BLOCKS = {"application/json", "application/ld+json"}
FORM_MACRO = re.compile(r"\{%-?\s*call\b[^%]*\bform\w*\s*\(")
END_CALL = re.compile(r"\{%-?\s*endcall\b")
CONSTRUCT = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def lenient_undefined(app: Flask) -> list[Violation]:
    """A misspelt name in a template must fail, not print nothing."""
    if issubclass(app.jinja_env.undefined, StrictUndefined):
        return []
    return [
        Violation(
            "app/factory.py",
            0,
            "templates tolerate unknown names",
            "set jinja_env.undefined = StrictUndefined",
        )
    ]


def unescaped_output(root: Path) -> list[Violation]:
    """`|safe` and switched-off autoescape."""
    house = House(root)
    found: list[Violation] = []
    for path in house.files(".html", ".txt", ".xml", ".svg", under="app"):
        if "templates" not in path.parts:
            continue
        tokens = meaningful_tokens(path.read_text(encoding="utf-8"))
        for (line, _, before), (_, _, name), (_, _, after) in zip(
            tokens, tokens[1:], tokens[2:], strict=False
        ):
            if (before, name) in {("|", "safe"), ("filter", "safe")}:
                found.append(
                    Violation(house.place(path), line, "|safe prints text as HTML", "build it from macros")
                )
            if name == "autoescape" and after.lower() == "false":
                found.append(Violation(house.place(path), line, "autoescape is off", "leave it on"))
    return found


def inline_code(root: Path) -> list[Violation]:
    """Styles and scripts written into the page, which the content security policy would block."""
    found: list[Violation] = []
    for place, reader in read_templates(root):
        for line, tag, attributes in reader.elements:
            names = dict(attributes)
            for name, value in attributes:
                if name == "style":
                    found.append(Violation(place, line, f"<{tag} style=…>", "write a class in a stylesheet"))
                if name.startswith(("on", "hx-on")):
                    found.append(Violation(place, line, f"<{tag} {name}=…>", "listen in a script file"))
                if (value or "").strip().lower().startswith("javascript:"):
                    found.append(Violation(place, line, f"<{tag} {name}=javascript:…>", "link to a page"))
            if tag == "style":
                found.append(Violation(place, line, "<style> in the page", "write it in a stylesheet"))
            if tag == "script" and "src" not in names and names.get("type") not in DATA_BLOCKS:
                found.append(Violation(place, line, "<script> without src", "write it in a script file"))
    return found


def writes_without_form(root: Path) -> list[Violation]:
    """Elements that write by htmx alone: without JavaScript they would do nothing."""
    remedy = "put it on or inside a <form method=post action=…> that does the same"
    return [
        Violation(place, line, f"<{tag} {name}> needs JavaScript", remedy)
        for place, reader in read_templates(root)
        for line, tag, name, form in reader.writes
        if form not in reader.form_ids
    ]


class TemplateReader(HTMLParser):
    """Collects elements, and the elements that write outside any complete form."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[int, str, Attributes]] = []
        self.writes: list[tuple[int, str, str, str | None]] = []
        self.form_ids: set[str | None] = set()
        self._forms: list[bool] = []
        self._macro_calls = list(form_macro_lines(source))
        self.feed(CONSTRUCT.sub(filler, source))
        self.close()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note the element; a form counts when it could be sent without a script."""
        line = self.getpos()[0]
        names = dict(attrs)
        self.elements.append((line, tag, attrs))
        if tag == "form":
            complete = bool(names.get("method") and names.get("action"))
            self._forms.append(complete)
            if complete and names.get("id"):
                self.form_ids.add(names["id"])
        in_form = any(self._forms) or any(first <= line <= last for first, last in self._macro_calls)
        for name in sorted(WRITES & {name.removeprefix("data-") for name in names}):
            if not in_form:
                self.writes.append((line, tag, name, names.get("form")))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Treat `<input />` as `<input>`; a closed form holds nothing."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form" and self._forms:
            self._forms.pop()


def read_templates(root: Path) -> Iterator[tuple[str, TemplateReader]]:
    """Every HTML template with its place."""
    house = House(root)
    for path in house.files(".html"):
        yield house.place(path), TemplateReader(path.read_text(encoding="utf-8"))


def filler(match: re.Match[str]) -> str:
    """Same length and lines: an expression stands for text, a statement or comment for nothing."""
    letter = "j" if match[0].startswith("{{") else " "
    return re.sub(r"[^\n]", letter, match[0])


def form_macro_lines(source: str) -> Iterator[tuple[int, int]]:
    """First and last line of each `{% call …form…(…) %}` block: such a macro writes the form around its caller."""
    for start in FORM_MACRO.finditer(source):
        end = END_CALL.search(source, start.end())
        if end:
            yield source.count("\n", 0, start.start()) + 1, source.count("\n", 0, end.start()) + 1


def meaningful_tokens(source: str) -> list[tuple[int, str, str]]:
    """Jinja tokens without whitespace and comments."""
    tokens = Environment(autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"]).lex(source)
    return [
        token for token in tokens if token[1] not in {"whitespace", "comment", "comment_begin", "comment_end"}
    ]
