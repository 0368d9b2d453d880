"""`make picture`: the first screen of a sample's report as docs/images/report.png, drawn by Chromium."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from manual.building import DOCS, ROOT

REPORT = ROOT / "reports" / "cvm-failure" / "report.html"
PICTURE = DOCS / "images" / "report.png"
WIDTH, HEIGHT, SCALE = 980, 690, 1.25
LARGEST = 150_000
"""Bytes that a picture in README may have."""


def main() -> int:
    """Draw it; 1 when it is too large for README."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme="light"
        )
        page.goto(REPORT.as_uri())
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size:,} bytes")
    return int(size > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
