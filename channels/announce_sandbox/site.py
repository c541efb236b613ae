"""A local folder, mounted read-only under ``/site/``: where the feed channel's files can be looked at."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

from announce_sandbox.page import document
from announce_sandbox.wire import Answer, html_answer

_MEDIA_TYPES = {
    ".atom": "application/atom+xml",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",  # what a browser shows; readers of feeds accept it
}


def file_answer(folder: Path | None, path: str) -> Answer:
    """The file at a decoded path such as ``/CMO-7K3M/``; nothing outside the folder and no hidden file."""
    wanted = _inside(folder, path) if folder is not None else None
    if wanted is None or not wanted.exists():
        return html_answer(document("Not found", "<p>There is no such file.</p>"), 404)
    if wanted.is_dir():
        return _folder_answer(wanted, path)
    media_type = _MEDIA_TYPES.get(wanted.suffix.lower(), "application/octet-stream")
    return Answer(
        status=200,
        body=wanted.read_bytes(),
        media_type=media_type,
        headers=(("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")),
    )


def _inside(folder: Path, path: str) -> Path | None:
    if "\0" in path or any(part.startswith(".") for part in path.split("/")):
        return None
    wanted = (folder / path.lstrip("/")).resolve()
    return wanted if wanted.is_relative_to(folder.resolve()) else None


def _folder_answer(folder: Path, path: str) -> Answer:
    if not path.endswith("/"):
        return Answer(status=301, headers=(("Location", f"/site{quote(path)}/"),))
    if (folder / "index.html").is_file():
        return file_answer(folder, "index.html")
    names = sorted(entry.name + "/" * entry.is_dir() for entry in folder.iterdir() if entry.name[0] != ".")
    rows = "".join(f'<li><a href="{escape(quote(name))}">{escape(name)}</a></li>' for name in names)
    return html_answer(document("Published files", f"<h2>Published files</h2><ul>{rows}</ul>"))
