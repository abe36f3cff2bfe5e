"""Phone numbers: one or several in a cell, in the form of GIF 445 with hyphens, or within what people wrote.

`parse_phones` reads a cell that should hold numbers and says why it cannot. The others look for numbers in any text:
`first_phone_in` for calling, `phone_digits_in` for comparing, `phones_as_written` for handing on to programs.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from app.text.normalise import normalise_text
from app.text.values.reading import Reading, says_nothing, shown
from app.text.variants import DASHES

_EXPECTED: Final = "市外局番から「087-839-2011」のように書いてください。"
_DASH: Final = re.compile(rf"\s*[{re.escape(DASHES)}]\s*")
_PHONE: Final = re.compile(
    r"(?<![\d-])(?:\+81[- ]?(?:\(0\))?(?P<abroad>\(?\d{1,4}\)?)|(?P<area>\(0\d{1,4}\)|0\d{1,4}))"
    r"[- ]?\(?(?P<local>\d{1,4})\)?[- ]?(?P<last>\d{3,4})(?![\d-])"
    r"(?:\s*\(?(?:内線|ext\.?)\s*(?P<extension>\d{1,6})\)?)?",
    re.IGNORECASE | re.ASCII,
)
# Numbers of these kinds have fixed groups everywhere in Japan (総務省 電気通信番号計画), so hyphens can be set
# without knowing the area; the length of a geographic area code is not to be seen from the digits.
_FIXED_GROUPS: Final = (
    # 0800 is free of charge, so no mobile number begins 080-0.
    (re.compile(r"0800\d{7}"), (4, 7)),
    (re.compile(r"0[5789]0[0-9]{8}"), (3, 7)),
    (re.compile(r"0(?:120|570|990|180)\d{6}"), (4, 7)),
    (re.compile(r"0[36]\d{8}"), (2, 6)),
)


def _found(between: str, *, apart: str = r"\d") -> str:
    """A number of three groups with `between` in their gaps, next to which nothing of `apart` stands."""
    return rf"(?<![{apart}])0\d{{1,4}}{between}\d{{1,4}}{between}\d{{3,4}}(?![{apart}])"


_TO_CALL: Final = re.compile(_found("[-()]?"))
# For comparing it does not matter how a number is spaced: 「(087) 839 - 2011」.
_TO_COMPARE: Final = re.compile(_found(rf"[\s(){re.escape(DASHES)}]{{0,2}}"))
# A program is told what is a number beyond doubt: with gaps, or of ten or eleven digits at a stretch.
_TO_HAND_ON: Final = re.compile(_found("[-()]", apart=r"\d-") + r"|(?<![\d-])0\d{9,10}(?![\d-])")
_TO_HYPHEN: Final = str.maketrans(dict.fromkeys(DASHES, "-"))


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A domestic number. `number` has hyphens where the groups are known; `extension` is 内線 or empty.

    `label` is what the cell says beside it, such as the section: it tells people which number is theirs.
    """

    number: str
    extension: str = ""
    label: str = ""

    @property
    def digits(self) -> str:
        """Digits alone: the key under which two spellings of one number are equal."""
        return self.number.replace("-", "")


def with_plain_dashes(text: str) -> str:
    """Return a text in the usual width with 「-」 for whatever was typed as a dash."""
    return unicodedata.normalize("NFKC", text).translate(_TO_HYPHEN)


def first_phone_in(text: str) -> str | None:
    """Return the first number in a text as it was written, with plain dashes; None where there is none."""
    found = _TO_CALL.search(with_plain_dashes(text))
    return found[0] if found else None


def phone_digits_in(text: str) -> frozenset[str]:
    """Return the numbers in a text, digits only: two spellings of one number are equal."""
    found = (re.sub(r"\D", "", each) for each in _TO_COMPARE.findall(normalise_text(text)))
    return frozenset(number for number in found if len(number) in (10, 11))


def phones_as_written(text: str) -> list[str]:
    """Return what is a number beyond doubt, each once and to the letter as it stands in the text."""
    return list(dict.fromkeys(_TO_HAND_ON.findall(text)))


def divide(digits: str) -> str | None:
    """Return a number with hyphens where the digits alone say how it is divided; None where they do not."""
    for pattern, (first, second) in _FIXED_GROUPS:
        if pattern.fullmatch(digits):
            return f"{digits[:first]}-{digits[first:second]}-{digits[second:]}"
    return None


def _hyphenated(groups: list[str]) -> str | None:
    digits = "".join(groups)
    # Eleven digits are mobile or IP numbers only, and those are divided alike everywhere.
    return divide(digits) or ("-".join(groups) if len(digits) == 10 else None)


def parse_phones(cell: str) -> Reading[tuple[PhoneNumber, ...]]:
    """Read all numbers of a cell, in order, each once.

    Words in front of a number are its label, and what is left behind the last one becomes the note; but where the
    cell begins with a number (「087-839-2011（代表）」) the words follow the number that they belong to. A cell whose digits are not all part of a whole number
    (a missing area code, a zero lost in Excel) is a reason as a whole: half a list would look complete.
    """
    if says_nothing(cell):
        return Reading()
    text = _DASH.sub("-", normalise_text(cell))
    numbers: list[tuple[str, str]] = []
    words: list[str] = []
    end = 0
    for match in _PHONE.finditer(text):
        area = match["area"] or f"0{(match['abroad'] or '').strip('()')}"
        number = _written_groups(match, area.strip("()"), text)
        if number is not None:
            words.append(text[end : match.start()])
            numbers.append((number, match["extension"] or ""))
            end = match.end()
    words.append(text[end:])
    if not numbers or any(re.search(r"\d{4}", word) for word in words):
        return Reading(reason=_reason_for(text))
    words = [word.strip(" 、,/;:・") for word in words]
    if not words[0]:
        words = [*words[1:], ""]
    phones: dict[PhoneNumber, PhoneNumber] = {}
    for (number, extension), word in zip(numbers, words, strict=False):
        phone = PhoneNumber(number, extension, word.strip("() "))
        phones.setdefault(PhoneNumber(phone.digits, extension), phone)
    return Reading(tuple(phones.values()), note=words[-1])


def _written_groups(match: re.Match[str], area: str, text: str) -> str | None:
    grouped = re.search(r"[-() ]", text[match.start("local") - 1 : match.end("local") + 1]) is not None
    groups = (
        [area, match["local"], match["last"]] if grouped else ["".join([area, match["local"], match["last"]])]
    )
    return _hyphenated(groups)


def _reason_for(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if re.search(r"\d[eE]\+\d", text):
        return f"電話番号「{shown(text)}」は表計算ソフトで桁が失われています。列を文字列にしてください。"
    if len(digits) in {9, 10} and not digits.startswith("0"):
        return f"電話番号「{shown(text)}」は先頭の0が失われているようです。{_EXPECTED}"
    if 6 <= len(digits) <= 8:
        return f"電話番号「{shown(text)}」に市外局番がないようです。{_EXPECTED}"
    return f"電話番号「{shown(text)}」が読み取れません。{_EXPECTED}"
