"""What stands on a letter, whatever it is printed by: the PDF and its twin as a page say the same."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

import segno

from app.clock import wareki
from app.outbox.vocabulary import Content, Sender


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter, ready to be set. `address` is the whole link, '' without one."""

    id: str
    title: str
    addressee: str
    postal_address: str
    paragraphs: tuple[str, ...]
    sender: Sender
    written_on: date
    address: str = ""
    valid_until: date | None = None

    @property
    def date_text(self) -> str:
        """令和8年11月21日"""
        return wareki(self.written_on)

    @property
    def salutation(self) -> str:
        """◯◯ 御中"""
        return f"{self.addressee} 御中"

    @property
    def validity_text(self) -> str:
        """Until when the link works, '' where that is not limited."""
        return f"このページは{wareki(self.valid_until)}まで使えます。" if self.valid_until else ""

    @property
    def contact_text(self) -> str:
        """Whom to call."""
        who = " ".join(
            part for part in (self.sender.organisation, self.sender.unit, self.sender.person) if part
        )
        return f"{who}　電話 {self.sender.phone}" if self.sender.phone else who


def letter_of(content: Content, *, key: str, written_on: date, public_url: str) -> Letter:
    """Return a content as a letter of a day; `public_url` is where people outside reach this installation."""
    return Letter(
        id=key,
        title=content.title,
        addressee=content.addressee,
        postal_address=content.postal_address,
        paragraphs=content.paragraphs,
        sender=content.sender,
        written_on=written_on,
        address=f"{public_url}{content.link}" if content.link else "",
        valid_until=content.valid_until,
    )


def qr_svg(address: str, *, in_page: bool) -> str:
    """Draw the QR code of an address as SVG, black on white; `in_page` for HTML, else as a document of its own.

    Its quiet zone stands inside of it. A quarter of it may be smudged: letters lie on shop counters.
    """
    out = io.BytesIO()
    code = segno.make_qr(address, error="q")
    title = "ページをひらくQRコード" if in_page else None
    code.save(
        out,
        kind="svg",
        border=4,
        scale=3,
        light="#fff",
        xmldecl=False,
        svgns=not in_page,
        nl=False,
        title=title,
    )
    return out.getvalue().decode()
