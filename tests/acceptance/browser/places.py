"""The places that a report is attached to, and what each does to the page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Literal

from analyzer.report.forms.page import STYLESHEET
from analyzer.report.html import style

Place = Literal["file", "jenkins-old", "jenkins-new", "jenkins-split", "jira", "sanitiser", "frame"]
POLICIES: dict[Place, str] = {
    "jenkins-old": "sandbox; default-src 'none'; img-src 'self'; style-src 'self'",
    "jenkins-new": "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'",
    "jenkins-split": "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'",
    "jira": "sandbox",
    "sanitiser": "sandbox",
    "frame": "default-src 'self' 'unsafe-inline' data:",
}
"""`jenkins-…`: the older and the newer default for what a build archives (`split`:
the latter, with the stylesheet beside the page); `jira`: for attachments, from 8.16 on;
`sanitiser`: a rich-text field, which keeps plain elements only; `frame`: an extension's sandboxed iframe.
"""
STYLED: frozenset[Place] = frozenset({"file", "jenkins-split", "jira", "frame"})
"""Where the page's own style sheet works."""
TAKEN = re.compile(r"svg|style|script|link|meta|title")
KEPT = frozenset({"href", "colspan", "rowspan", "scope", "open"})


class Sanitiser(HTMLParser):
    """What rich-text fields leave of a page: no SVG, style or script, and attributes of tables and links only."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.left: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("svg", "style", "script") or self._within:
            self._within += [tag] if tag not in ("link", "meta", "br", "input") else []
        elif not TAKEN.fullmatch(tag):
            kept = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs if name in KEPT)
            self.left.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._within and not TAKEN.fullmatch(tag):
            self.left.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            while self._within and self._within.pop() != tag:
                pass
        elif not TAKEN.fullmatch(tag):
            self.left.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.left.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def sanitised(page: str) -> str:
    """The page as a rich-text field keeps it, within a page of its own."""
    sanitiser = Sanitiser()
    sanitiser.feed(page.partition("<body>")[2].partition("</body>")[0])
    sanitiser.close()
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>a ticket</title>'
        f'<link rel="icon" href="data:,"><body>{"".join(sanitiser.left)}'
    )


def framed(page: str) -> str:
    """A page that shows the report in a sandboxed frame, as an extension of Azure DevOps does."""
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>a build</title>'
        '<link rel="icon" href="data:,"><body style="margin:0">'
        f'<iframe title="report" sandbox srcdoc="{html.escape(page)}" style="width:100%;height:99vh;border:0"></iframe>'
    )


def split(page: str) -> str:
    """The page as `--split` writes it: its stylesheet is a file beside it."""
    before, _, rest = page.partition("<style>")
    return f'{before}<link rel="stylesheet" href="{STYLESHEET}">{rest.partition("</style>")[2]}'


@dataclass(frozen=True)
class Places:
    """Where each page is in each place; `asked` is every path that a browser has asked the server for."""

    folder: Path
    address: str
    asked: list[str]

    def url(self, place: Place, name: str) -> str:
        """The page's address there."""
        return (self.folder / f"{name}.html").as_uri() if place == "file" else f"{self.address}/{place}/{name}"


@contextmanager
def served(pages: Mapping[str, str], folder: Path) -> Iterator[Places]:
    """The pages as files, and from a server of this computer."""
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path == "/favicon.ico":  # a site has one of its own, which no page asks for
                self.send_response(204)
                self.end_headers()
                return
            place, _, name = self.path.removeprefix("/").partition("/")
            policy = next((policy for each, policy in POLICIES.items() if each == place), None)
            styled = (place, name) == ("jenkins-split", STYLESHEET)
            if policy is None or not (styled or name in pages):
                self.send_error(404)
                return
            change = {"sanitiser": sanitised, "frame": framed, "jenkins-split": split}.get(place, str)
            body = (style() if styled else change(pages[name])).encode()
            self.send_response(200)
            self.send_header("Content-Type", f"text/{'css' if styled else 'html'}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Places(folder, f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
