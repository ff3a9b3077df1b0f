"""The icons: outlines on a grid of 24, drawn for this program; always beside a word, and hidden from readers."""

from __future__ import annotations

from markupsafe import Markup

_PATHS = {
    "alert-octagon": "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 8v4.5M12 16h.01",
    "alert-triangle": "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2h.01",
    "alert-circle": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 8v4.5M12 16h.01",
    "clock": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5.2l3.2 2",
    "clock-exclamation": "M20.9 13A9 9 0 1 0 13 20.9M12 7v5l2.4 1.6M19 16v3M19 22h.01",
    "player-pause": "M7 5h3v14H7zM14 5h3v14h-3z",
    "circle-dashed": "M8.6 3.7A9 9 0 0 1 15.4 3.7M18.4 5.6A9 9 0 0 1 20.9 10M20.9 14a9 9 0 0 1-2.5 4.4M15.4 20.3a9 9 0 0 1-6.8 0"
    "M5.6 18.4A9 9 0 0 1 3.1 14M3.1 10A9 9 0 0 1 5.6 5.6",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "checkbox": "M9 11.5l3 3 8-8M20 12v6a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h9",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M20.5 20.5l-5.4-5.4",
    "chevron-up": "M6 15l6-6 6 6",
    "chevron-down": "M6 9l6 6 6-6",
    "chevron-left": "M15 6l-6 6 6 6",
    "chevron-right": "M9 6l6 6-6 6",
    "file-text": "M14 3v5h5M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM9 12.5h6M9 16.5h6",
    "paperclip": "M15 7l-6.5 6.5a1.8 1.8 0 0 0 2.6 2.6L17.6 9.600a3.6 3.6 0 0 0-5.1-5.100L6 11a5.4 5.4 0 0 0 7.6 7.600L20 12.2",
    "printer": "M17 17h2a2 2 0 0 0 2-2v-4a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v4a2 2 0 0 0 2 2h2M17 9V4H7v5M7 14h10v6H7z",
    "download": "M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-2M7 11l5 5 5-5M12 4v12",
    "upload": "M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-2M7 9l5-5 5 5M12 4v12",
    "lock": "M6 11h12v9H6zM8 11V7.5a4 4 0 0 1 8 0V11",
    "plus": "M12 5v14M5 12h14",
    "folders": "M9 4h3l2 2h5a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2"
    "M17 16v2a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2h2",
    "x": "M6 6l12 12M18 6L6 18",
    "arrow-right": "M5 12h14M13 6l6 6-6 6",
    "eye": "M12 6C7 6 4 10 3 12c1 2 4 6 9 6s8-4 9-6c-1-2-4-6-9-6M12 9.500a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5",
    "user": "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8M5 20v-1a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v1",
    "mail": "M5 6h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2M3 8l9 6 9-6",
    "bell": "M10 5a2 2 0 1 1 4 0a7 7 0 0 1 4 6v3a4 4 0 0 0 2 3H4a4 4 0 0 0 2-3v-3a7 7 0 0 1 4-6M9 17v1a3 3 0 0 0 6 0v-1",
}


def icon(name: str, extra: str = "") -> Markup:
    """The SVG of one icon."""
    return Markup('<svg class="ico {}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(extra, _PATHS[name])
