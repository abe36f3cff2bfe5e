"""The strict reader finds what it is there to find."""

import pytest

from tests.support.html import HtmlRefused, parse_strictly, text_of

PAGE = "<!DOCTYPE html><html lang='ja'><head><title>題</title></head><body><main><h1>題</h1>{}</main></body></html>"


def test_a_sound_page_passes() -> None:
    tree = parse_strictly(PAGE.format("<p>はい<img src='a' alt='絵'></p>").encode())
    assert text_of(tree) == "題 題 はい 絵"


def test_a_fragment_needs_no_heading() -> None:
    assert text_of(parse_strictly("<p>はい</p><!-- note -->", fragment=True)) == "はい"


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<p>a</p></div>", "parse error"),
        ("<p id=a id=b>x</p>", "parse error"),
        ("<p id='a'>x</p><p id='a'>y</p>", "given 2 times"),
        ("<p id='a b'>x</p>", "holds a space"),
        ("<input name='a'>", "without a label"),
        ("<label></label><input name='a' id='a'>", "without a label"),
        ("<label for='b'>x</label>", "for points at 'b'"),
        ("<input aria-label='x' aria-describedby='gone'>", "aria-describedby points"),
        ("<a href='#gone'>x</a>", "a link points at"),
        ("<img src='a'>", "without alt"),
        ("<button></button>", "nothing says what this is"),
        ("<button><svg aria-hidden='true'></svg></button>", "nothing says what this is"),
        ("<h2> </h2>", "nothing says what this is"),
        ("<svg role='img'></svg>", "without a name"),
        ("<h3>x</h3>", "skips from h1 to h3"),
        ("<h1>x</h1>", "begin with its one h1"),
        ("<p style='color:red'>x</p>", "inline style"),
        ("<style>p{}</style>", "inline style"),
        ("<script>1</script>", "inline script"),
        ("<p onclick='x'>x</p>", "inline handler"),
        ("<a href='javascript:x'>x</a>", "javascript: address"),
        ("<table><tbody><tr><td>x</td></tr></tbody></table>", "without a caption"),
        ("<table><caption>x</caption><tbody><tr><th>x</th></tr></tbody></table>", "without scope"),
        ("<fieldset><p>x</p></fieldset>", "without a legend"),
        ("<label>x<input type='radio'></label>", "outside of a group"),
        ("<main></main>", "2 <main>"),
    ],
)
def test_each_fault_is_told(inside: str, said: str) -> None:
    with pytest.raises(HtmlRefused, match="(?s).*".join(said.split("…"))):
        parse_strictly(PAGE.format(inside))


@pytest.mark.parametrize(
    "inside",
    [
        "<label>x<input name='a'></label>",
        "<label for='a'>x</label><input id='a'>",
        "<p id='t'>x</p><input aria-labelledby='t'>",
        "<input type='hidden' name='a'><input type='submit' value='送る'>",
        "<button aria-label='閉じる'><svg aria-hidden='true'></svg></button>",
        "<fieldset><legend>x</legend><label>x<input type='radio'></label></fieldset>",
        "<a id='here'></a>",
    ],
)
def test_each_right_way_passes(inside: str) -> None:
    assert parse_strictly(PAGE.format(inside)) is not None


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "<!DOCTYPE html><html><head><title>x</title></head><body><main><h1>x</h1></main></body></html>",
            "language",
        ),
        (
            "<!DOCTYPE html><html lang='ja'><head></head><body><main><h1>x</h1></main></body></html>",
            "no title",
        ),
        ("<p>x</p>", "parse error"),
    ],
)
def test_a_page_says_what_it_is(page: str, said: str) -> None:
    with pytest.raises(HtmlRefused, match=said):
        parse_strictly(page)
