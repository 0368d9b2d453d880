"""Chromium, driven by Playwright: a page opened in a place, what it complained of, what it asked for, how it looks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Frame, Page, sync_playwright

Scheme = Literal["light", "dark"]
MEASURE = Path(__file__).with_name("measure.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Opened:
    """A page in the browser, with what it said on the console and asked of anybody."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        """The report: the frame in the page, where there is one."""
        return self.page.frames[-1]

    def wrong(self, width: int) -> list[str]:
        """What is wrong with how the page is drawn at that width, px."""
        self.page.set_viewport_size({"width": width, "height": 900})
        found: list[str] = self.frame.evaluate(MEASURE)
        return [f"at {width} px: {each}" for each in found]

    def inaccessible(self, width: int) -> list[str]:
        """What axe finds at that width: rule, what it is about, where."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate(_axe())
        found = self.page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations'], selectors: false})", RULES
        )
        return [
            f"{each['id']}: {each['help']}: {node['html'][:120]}"
            for each in found["violations"]
            for node in each["nodes"][:2]
        ]


@dataclass(frozen=True)
class Chrome:
    """A browser in which pages are opened one after the other."""

    browser: Browser

    @contextmanager
    def opened(self, url: str, scheme: Scheme = "light", *, scripts: bool = True) -> Iterator[Opened]:
        """The page, loaded."""
        context = self.browser.new_context(
            color_scheme=scheme, java_script_enabled=scripts, viewport={"width": 1440, "height": 900}
        )
        try:
            found = Opened(context.new_page())
            found.page.on("console", lambda message: found.said.append(message.text))
            found.page.on("pageerror", lambda error: found.said.append(str(error)))
            found.page.on("request", lambda request: found.asked.append(request.url))
            found.page.goto(url)
            yield found
        finally:
            context.close()


@contextmanager
def chrome() -> Iterator[Chrome]:
    """Chromium of this computer; nothing is downloaded."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "make tools installs chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield Chrome(browser)
        finally:
            browser.close()


def _axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
