"""A strict reader of HTML for tests: what a browser would forgive silently is an error here.

``parse_strictly`` gives the tree of a page (or of a fragment) or raises ``HtmlRefused`` with everything that is wrong.
It knows nothing of the app, so every test may use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

# Attributes that point at other elements by their id.
REFERENCES = (
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-owns",
    "for",
    "list",
    "form",
    "headers",
    "popovertarget",
)
# Controls that need no label, because their own text or value names them.
SELF_NAMED = {"hidden", "submit", "button", "reset", "image"}
# Here a label stands in the place of the content; on a landmark it is only its heading.
NAMED_BY_LABEL = {"a", "button", "summary", "svg"}
HEADINGS = {f"h{level}": level for level in range(1, 7)}


class HtmlRefused(AssertionError):
    """The markup is wrong; the message lists every fault found."""


def parse_strictly(markup: str | bytes, *, fragment: bool = False) -> Element:
    """The tree of a page, or with ``fragment`` of what is swapped into one, after every check has passed."""
    text = markup.decode("utf-8") if isinstance(markup, bytes) else markup
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    try:
        tree: Element = parser.parseFragment(text) if fragment else parser.parse(text)
    except ParseError as error:
        (line, column), code, details = parser.errors[-1]
        near = text.splitlines()[line - 1][max(0, column - 60) : column + 20] if text else ""
        raise HtmlRefused(
            f"parse error {code} {details} in line {line}, column {column}: …{near}…"
        ) from error
    faults = list(_faults(tree))
    if not fragment:
        faults += _page_faults(tree)
    if faults:
        raise HtmlRefused("\n".join(faults))
    return tree


def text_of(element: Element) -> str:
    """What the element says: its text, and the names of pictures inside it, with spaces drawn together."""
    return " ".join(" ".join(_words(element)).split())


def _tag(element: Element) -> str:
    tag: object = element.tag  # a comment has a function in the place of its name
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _words(element: Element) -> Iterator[str]:
    tag = _tag(element)
    if element.get("aria-label") and tag in NAMED_BY_LABEL:
        yield element.get("aria-label", "")
    elif tag == "img":
        yield element.get("alt", "")
    elif tag not in ("script", "style", "") and element.get("aria-hidden") != "true":
        yield element.text or ""
        for child in element:
            yield from _words(child)
            yield child.tail or ""


def _where(element: Element) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in list(element.attrib.items())[:4])
    return f"<{_tag(element)}{attributes}>"


def _faults(tree: Element) -> Iterator[str]:
    parents = {child: parent for parent in tree.iter() for child in parent}
    by_id = {element.get("id", ""): element for element in tree.iter() if element.get("id")}
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id") is not None)
    yield from (f"id {name!r} is given {times} times" for name, times in ids.items() if times > 1)
    yield from (f"an id is empty or holds a space: {name!r}" for name in ids if not name or " " in name)
    labelled = {e.get("for") for e in tree.iter() if _tag(e) == "label" and text_of(e)}
    for element in tree.iter():
        yield from _reference_faults(element, by_id)
        yield from _policy_faults(element)
        yield from _name_faults(element, parents, by_id, labelled)
    yield from _heading_faults(tree)


def _reference_faults(element: Element, by_id: dict[str, Element]) -> Iterator[str]:
    for attribute in REFERENCES:
        for target in element.get(attribute, "").split():
            if target not in by_id:
                yield f"{attribute} points at {target!r}, which is not there: {_where(element)}"
    href = element.get("href", "")
    if _tag(element) == "a" and href.startswith("#") and href[1:] not in by_id:
        yield f"a link points at {href!r}, which is not there"


def _policy_faults(element: Element) -> Iterator[str]:
    """What the content security policy would drop without a word."""
    tag = _tag(element)
    if element.get("style") is not None or tag == "style":
        yield f"an inline style, which the policy drops: {_where(element)}"
    if tag == "script" and not element.get("src"):
        yield "an inline script, which the policy drops"
    if any(name.startswith("on") for name in element.attrib):
        yield f"an inline handler, which the policy drops: {_where(element)}"
    if element.get("href", "").strip().lower().startswith("javascript:"):
        yield f"a javascript: address, which the policy drops: {_where(element)}"


def _is_named(element: Element, by_id: dict[str, Element]) -> bool:
    if element.get("aria-label", "").strip():
        return True
    return any(text_of(by_id[i]) for i in element.get("aria-labelledby", "").split() if i in by_id)


def _ancestors(element: Element, parents: dict[Element, Element]) -> Iterator[Element]:
    while (parent := parents.get(element)) is not None:
        yield parent
        element = parent


def _name_faults(
    element: Element,
    parents: dict[Element, Element],
    by_id: dict[str, Element],
    labelled: set[str | None],
) -> Iterator[str]:
    tag = _tag(element)
    if tag == "img" and element.get("alt") is None:
        yield f"a picture without alt: {_where(element)}"
    if tag in ("button", "a", "summary", "legend", "caption", "h1", "h2", "h3", "h4", "h5", "h6"):
        link_target = tag == "a" and element.get("href") is None
        if not link_target and not text_of(element) and not _is_named(element, by_id):
            yield f"nothing says what this is: {_where(element)}"
    if tag == "svg" and element.get("role") == "img" and not _is_named(element, by_id):
        yield f"a picture without a name: {_where(element)}"
    if tag == "table" and not any(_tag(child) == "caption" for child in element):
        yield f"a table without a caption: {_where(element)}"
    if tag == "th" and not element.get("scope"):
        yield f"a header cell without scope: {text_of(element)!r}"
    if tag == "fieldset" and not any(_tag(child) == "legend" for child in element):
        yield f"a group without a legend: {_where(element)}"
    control = tag in ("select", "textarea", "progress", "meter")
    control = control or (tag == "input" and element.get("type", "text") not in SELF_NAMED)
    if not control:
        return
    inside_label = any(_tag(above) == "label" and text_of(above) for above in _ancestors(element, parents))
    if not (inside_label or element.get("id") in labelled or _is_named(element, by_id)):
        yield f"a control without a label: {_where(element)}"
    if element.get("type") == "radio" and not any(
        _tag(above) == "fieldset" or above.get("role") in ("group", "radiogroup")
        for above in _ancestors(element, parents)
    ):
        yield f"a radio button outside of a group: {_where(element)}"


def _heading_faults(tree: Element) -> Iterator[str]:
    last = 0
    for element in tree.iter():
        level = HEADINGS.get(_tag(element))
        if level is None:
            continue
        if last and level > last + 1:
            yield f"the heading {text_of(element)!r} skips from h{last} to h{level}"
        last = level


def _page_faults(tree: Element) -> Iterator[str]:
    tags = [_tag(element) for element in tree.iter()]
    headings = [tag for tag in tags if tag in HEADINGS]
    title = next((element for element in tree.iter() if _tag(element) == "title"), None)
    if not tree.get("lang"):
        yield "the page does not say its language"
    if title is None or not text_of(title):
        yield "the page has no title"
    if headings.count("h1") != 1 or headings[0] != "h1":
        yield f"the page must begin with its one h1, and has {headings}"
    if tags.count("main") != 1:
        yield f"the page has {tags.count('main')} <main>"
