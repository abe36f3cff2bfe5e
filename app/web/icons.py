"""The product's own pictures: lines on a grid of 24 that take the colour of the text around them.

They were drawn for this product. Templates show them by the macro ``icon`` of ``macros/icons.html``.
"""

from __future__ import annotations

from markupsafe import Markup

DRAWINGS = {
    "today": '<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 2.8V7M16 2.8V7"/><path d="m8.6 15.2 2.3 2.2 4.5-4.4"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 2.8V7M16 2.8V7M8 14h.1M12 14h.1M16 14h.1M8 17h.1M12 17h.1"/>',
    "case": '<path d="M5 3.5h9.5L19 8v12.5H5z"/><path d="M14 3.5V8.5h5"/><path d="M12 17.6c-2.3-1.5-3.4-2.6-3.4-3.9 0-1.9 2.4-2.3 3.4-.6 1-1.7 3.4-1.3 3.4.6 0 1.3-1.1 2.4-3.4 3.9z"/>',
    "place": '<path d="M3.5 11 12 4l8.5 7"/><path d="M6 9.5V20h12V9.5"/><path d="M12 17.5c-1.9-1.2-2.8-2.1-2.8-3.2 0-1.6 2-1.9 2.8-.5.8-1.4 2.8-1.1 2.8.5 0 1.1-.9 2-2.8 3.2z"/>',
    "board": '<rect x="3.5" y="4" width="7" height="16" rx="2"/><rect x="13.5" y="4" width="7" height="9" rx="2"/><path d="M6 8h2M6 11.5h2M16 8h2M13.5 17.5h6.5M17.5 15l2.5 2.5-2.5 2.5"/>',
    "map": '<path d="m3.5 6.5 5.5-2.5 6 2.5 5.5-2.5v13.5L15 20l-6-2.5L3.5 20z"/><path d="M9 4v13.5M15 6.5V20"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.6-4.3 3.5-6.5 7.5-6.5s6.9 2.2 7.5 6.5"/>',
    "people": '<circle cx="8.5" cy="8.5" r="3.2"/><circle cx="16.5" cy="9.5" r="2.6"/><path d="M2.5 19.5c.4-3.8 2.7-5.7 6-5.7s5.6 1.9 6 5.7M15.5 14.3c3.3-.5 5.6 1.3 6 5.2"/>',
    "phone": '<path d="M7.2 3.5 10 8.2 8 10c1.2 2.6 3.2 4.7 6 6l1.9-2 4.6 2.8c-.3 2.5-1.9 3.9-4.2 3.7C9.3 19.8 4.2 14.7 3.5 7.7c-.2-2.3 1.2-3.9 3.7-4.2z"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="m3.5 7.5 8.5 6.5 8.5-6.5"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2.2"/>',
    "check": '<circle cx="12" cy="12" r="9"/><path d="m7.8 12.3 3 3 5.6-6"/>',
    "tick": '<path d="m5 12.5 4.7 4.7L19 7.5"/>',
    "warning": '<path d="M12 3.5 21.5 20h-19z"/><path d="M12 9.5v5M12 17.3v.1"/>',
    "danger": '<path d="M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2z"/><path d="M12 7.5v5.5M12 16.3v.1"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "question": '<circle cx="12" cy="12" r="9"/><path d="M9.3 9.6c.2-1.6 1.3-2.4 2.8-2.4s2.7.9 2.7 2.3c0 2-2.8 2.1-2.8 4.2M12 16.9v.1"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "print": '<path d="M7 8.5v-5h10v5M7 17H4V8.5h16V17h-3"/><path d="M7 14h10v6.5H7z"/>',
    "download": '<path d="M12 3.5v11M7.5 10.5 12 15l4.5-4.5M4 20h16"/>',
    "upload": '<path d="M12 15.5v-11M7.5 8.5 12 4l4.5 4.5M4 20h16"/>',
    "close": '<path d="m5.5 5.5 13 13M18.5 5.5l-13 13"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "more": '<path d="M5.5 12h.1M12 12h.1M18.5 12h.1"/>',
    "forward": '<path d="m9 5 7 7-7 7"/>',
    "back": '<path d="m15 5-7 7 7 7"/>',
    "down": '<path d="m5 9 7 7 7-7"/>',
    "ascending": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "descending": '<path d="M12 5v14M6 13l6 6 6-6"/>',
    "sortable": '<path d="m8 9.5 4-4 4 4M8 14.5l4 4 4-4"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="10" rx="2.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2.5"/>',
    "link": '<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1.4 1.4"/><path d="M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.4-1.4"/>',
    "pencil": '<path d="m4 20 1-4.5L16.5 4 20 7.5 8.5 19z"/><path d="m14 6.5 3.5 3.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "quiet": '<path d="M4 9.5v5h3.5l5 4v-13l-5 4z"/><path d="M16 9.5a4 4 0 0 1 0 5"/>',
    "talk": '<path d="M4 4.5h12v8.5H9.5L6 16v-3H4z"/><path d="M19 8.5h1.5v8H18.5v3l-3.5-3h-4"/>',
    "load": '<path d="M8.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/><path d="M5 9h14l1.5 11.5h-17z"/><path d="M12 12.5v4.5"/>',
    "wheelchair": '<circle cx="10.5" cy="4.5" r="1.7"/><path d="M10.5 8v6h5.5l2.5 5 2-1M10.5 10.5h4.5"/><path d="M8 11.3a5 5 0 1 0 7 6.2"/>',
    "walk": '<circle cx="13" cy="4.5" r="1.7"/><path d="m9 20.5 2.5-5.5M15.5 20.5 14 15.5l-2.5-2.5.8-4.5L8.5 10v3.5M12.3 8.5l2.2 2.5 3 .8"/>',
    "bus": '<rect x="4.5" y="4" width="15" height="14" rx="2.5"/><path d="M4.5 12h15M8 15h.1M16 15h.1M7 18v2.5M17 18v2.5"/>',
}


def drawing(name: str) -> Markup:
    """The lines of a picture. A name that was never drawn raises, so a page cannot ship with a hole in it."""
    return Markup(DRAWINGS[name])  # noqa: S704  -- a constant of this file, nothing from outside
