"""Chromium, driven by Playwright: a page opened in a place, what it complained of, what it asked for, how it looks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Frame, Page, sync_playwright

Scheme = Literal["light", "dark"]
MEASURE, BOXES, KINDS = (
    Path(__file__).with_name(f"{name}.js").read_text("utf-8") for name in ("measure", "boxes", "kinds")
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = "color-contrast"
AXE = f"""async rules => {{
    const told = {{resultTypes: ["violations"], selectors: false}};
    const whole = await axe.run({{...told, runOnly: rules, rules: {{"{CONTRAST}": {{enabled: false}}}}}});
    const colours = await axe.run(({KINDS})(), {{...told, runOnly: {{type: "rule", values: ["{CONTRAST}"]}}}});
    return [...whole.violations, ...colours.violations];
}}"""
"""What axe finds: in the whole page, but for the contrast of words, which takes most of its time: it is asked of one
element of each look.
"""


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

    def boxes(self, width: int) -> int:
        """Where everything is at that width, px, as a number."""
        self.page.set_viewport_size({"width": width, "height": 900})
        found: int = self.frame.evaluate(BOXES)
        return found

    def wrong(self, width: int) -> list[str]:
        """What is wrong with how the page is drawn at that width, px."""
        self.page.set_viewport_size({"width": width, "height": 900})
        found: list[str] = self.frame.evaluate(MEASURE)
        return [f"at {width} px: {each}" for each in found]

    def inaccessible(self, width: int) -> list[str]:
        """What axe finds at that width: rule, what it is about, where."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate(_axe())
        found = self.page.evaluate(AXE, RULES)
        return [f"{each['id']}: {each['help']}: {node['html'][:120]}" for each in found for node in each["nodes"][:2]]


@dataclass(frozen=True)
class Sound:
    """Pages as they were drawn when nothing wrong was measured: what is drawn so again is not measured again."""

    known: set[tuple[str, int, int]] = field(default_factory=set)

    def wrong(self, name: str, shown: Opened, width: int) -> list[str]:
        """What is wrong with how the page of that name is drawn at that width, px."""
        drawn = (name, width, shown.boxes(width))
        if drawn in self.known:
            return []
        found = shown.wrong(width)
        if not found:
            self.known.add(drawn)
        return found


@dataclass(frozen=True)
class Chrome:
    """A browser in which pages are opened one after the other."""

    browser: Browser
    contexts: dict[tuple[Scheme, bool], BrowserContext] = field(default_factory=dict)

    @contextmanager
    def opened(self, url: str, scheme: Scheme = "light", *, scripts: bool = True) -> Iterator[Opened]:
        """The page, loaded into a tab of its own."""
        if (scheme, scripts) not in self.contexts:
            self.contexts[scheme, scripts] = self.browser.new_context(color_scheme=scheme, java_script_enabled=scripts)
        page = self.contexts[scheme, scripts].new_page()
        try:
            page.set_viewport_size({"width": 1440, "height": 900})
            found = Opened(page)
            found.page.on("console", lambda message: found.said.append(message.text))
            found.page.on("pageerror", lambda error: found.said.append(str(error)))
            found.page.on("request", lambda request: found.asked.append(request.url))
            found.page.goto(url)
            yield found
        finally:
            page.close()


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
