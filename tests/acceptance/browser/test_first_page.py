"""Who has only the first printed page can answer: what happened, was it acceptable, how long was storage away, who must
act, how sure is that.
"""

from __future__ import annotations

import re

import pytest

from tests.acceptance.browser.chrome import Chrome
from tests.acceptance.browser.pages import CASES
from tests.acceptance.browser.places import Places

PAPERS = {"A4": (703, 1017), "Letter": (725, 950)}  # px of 96 to the inch, between the margins
ANSWERS = (
    re.compile(r"Acceptable: (yes|no|unknown)\."),
    re.compile(r"Action: (none|the team that)"),
    re.compile(r"storage was (away for|not interrupted)|The evidence does not show how long storage was away"),
)
FIRST = """[...document.querySelectorAll('.hero, #problems, #result')].map(each => {
    const box = each.getBoundingClientRect();
    return [each.id || 'hero', Math.ceil(box.bottom + scrollY), each.innerText.replace(/\\s+/g, ' ')];
})"""


@pytest.mark.parametrize("case", CASES)
def test_the_first_page_answers(browser: Chrome, places: Places, case: str) -> None:
    """The answer, what happened and the problems of every sample; and its bars, where it has one episode."""
    with browser.opened(places.url("file", case)) as shown:
        shown.page.emulate_media(media="print")
        episodes = shown.page.locator("article.episode").count()
        printed = {}
        for paper, (width, height) in PAPERS.items():
            shown.page.set_viewport_size({"width": width, "height": height})
            printed[paper] = (shown.page.evaluate(FIRST), height)

    assert {paper: missing(*page, episodes) for paper, page in printed.items()} == {"A4": [], "Letter": []}


def missing(parts: list[tuple[str, int, str]], height: int, episodes: int) -> list[str]:
    """What a page of that height does not have of what it should."""
    bottoms = {name: bottom for name, bottom, _ in parts}
    text = " ".join(said for name, bottom, said in parts if bottom <= height)
    found = [answer.pattern for answer in ANSWERS if not answer.search(text)]
    if len(re.findall(r"Confidence in this account: (high|medium|low)", text)) != episodes:
        found.append("how sure each episode is")
    wanted = ("hero", "problems", *(("result",) if episodes == 1 else ()))
    return found + [name for name in wanted if bottoms.get(name, height + 1 if name == "hero" else 0) > height]
