"""What every test may ask for: the samples; and in CI a skipped test is a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests import installed

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
# the recorded ones: two plain captures and a log each; tests/acceptance/test_recordings.py takes the simulated ones too
CASES = tuple(sorted(log.parent.name for log in SAMPLES.glob("*/genesis.out")))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--without-labs` leaves out what runs a lab on real kernels, which takes minutes of real time."""
    parser.addoption("--without-labs", action="store_true", help="leave out the tests that run a lab on real kernels")


def pytest_configure() -> None:
    """With AUTOPATH_INSTALLED=1 the package of the tree is never tested."""
    if installed.ASKED and installed.from_the_tree():
        raise pytest.UsageError("AUTOPATH_INSTALLED=1, but the package is that of the tree; see .ci/installed.py")


def pytest_report_header() -> list[str]:
    """With AUTOPATH_INSTALLED=1: which package is tested, and what is left out."""
    return installed.header() if installed.ASKED else []


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """With AUTOPATH_INSTALLED=1 what needs the source is not even imported."""
    is_test = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    return True if installed.ASKED and is_test and installed.reason(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """They are those that need root."""
    if config.getoption("--without-labs"):
        labs = [item for item in items if _runs_a_lab(item)]
        config.hook.pytest_deselected(items=labs)
        items[:] = [item for item in items if item not in labs]
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(_together(item)))


def _together(item: pytest.Item) -> str:
    """What one worker runs: a file's tests share its fixtures, the tests of recorded labs share the recording."""
    return "labs" if "labs" in getattr(item, "fixturenames", ()) else str(item.path)


def _runs_a_lab(item: pytest.Item) -> bool:
    needs_root = getattr(getattr(item, "module", None), "needs_root", None)
    return isinstance(needs_root, pytest.MarkDecorator) and needs_root.mark in item.iter_markers()


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the recordings."""
    return SAMPLES


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Path:
    """Each recording's folder in turn."""
    return SAMPLES / str(request.param)


@pytest.fixture(scope="session")
def labs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Path]]]:
    """The folder of each recording by its test's name, recorded once a session: only those that a chosen test is of."""
    from tests.lab.netns.recordings import RECORDINGS, recorded

    asking = [item for item in request.session.items if "labs" in getattr(item, "fixturenames", ())]
    found = [getattr(item, "callspec", None) for item in asking]
    names = {spec.params["name"] for spec in found if spec and "name" in spec.params}
    yield from recorded(sorted(names) or sorted(RECORDINGS), tmp_path_factory.mktemp("lab"))


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one: `reports/` is written there."""
    folder = tmp_path / "cwd"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """With CI=true a skip fails: a tool that isn't installed must not look like a test that passed."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()  # type: ignore[attr-defined]
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI: {reason}"
