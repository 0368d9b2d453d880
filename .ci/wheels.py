"""Builds the wheels into dist/, and tries this platform's where there is nothing: `make wheels`.

This platform's is built twice (the same bytes), installed with its dependencies into an empty environment (its weight
is told), and analyses a sample and a gigabyte in an empty folder, with no compiler on PATH and, where that is allowed,
no network. Wheels for other platforms are built where `ziglang`, which links for them, is installed; they are
not run here, and that is said.

Exit status 1 when the wheel for this platform can't be built, or does not do what it should.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analyzer.ingest.capture.compiled.machine_code.platforms import PLATFORMS, Platform, here  # noqa: E402

DIST = ROOT / "dist"
GIGABYTE = 1_000_000_000
MOST_MB, MOST_S = 200, 3.0
NOT_OURS = ("pip", "setuptools", "_distutils_hack", "pkg_resources", "distutils-precedence.pth")


class Failed(Exception):  # noqa: N818 - an outcome
    """What the wheel does not do."""


def main(installed: Callable[[Path], None] = lambda _: None) -> int:
    """Build and try; 0 when all is as it should be. `installed` is told of the Python that has the wheel."""
    platform = here()
    if platform is None:
        return said("nothing is built for this platform")
    try:
        wheel = build(platform, DIST)
        with tempfile.TemporaryDirectory() as again:  # with a cache that is empty: compiled and linked once more
            same = build(platform, Path(again), AUTOPATH_CACHE=again).read_bytes() == wheel.read_bytes()
        told(wheel, "two builds are the same bytes" if same else "two builds DIFFER")
        with tempfile.TemporaryDirectory(prefix="autopath-") as folder:
            installed(tried(wheel, Path(folder)))
    except (Failed, subprocess.CalledProcessError) as error:
        return said(f"wheels: {error}")
    for other in PLATFORMS:
        if other != platform:
            told_other(other)
    return 0 if same else 1


def build(platform: Platform, to: Path, **environment: str) -> Path:
    """The wheel for a platform."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(to)]
    told = os.environ | environment | {"AUTOPATH_PLATFORM": platform.name}
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=told)
    (wheel,) = to.glob(f"*-py3-none-{platform.wheel}.whl")
    return wheel


def tried(wheel: Path, folder: Path) -> Path:
    """Install the wheel in an empty environment, and have it work in an empty folder; the Python of the environment."""
    venv, empty = folder / "venv", folder / "empty"
    empty.mkdir()
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    install: list[str | Path] = [
        venv / "bin" / "python",
        "-m",
        "pip",
        "-q",
        "--disable-pip-version-check",
        "install",
        "--no-compile",
    ]
    subprocess.run([*install, "-c", ROOT / "constraints.txt", wheel], check=True)
    site = next((venv / "lib").glob("python3*/site-packages"))
    for name in ("numba", "llvmlite"):
        if (site / name).exists():
            raise Failed(f"{name} is installed")
    weight = weighed(site)
    print(f"installed: {weight:.0f} MB without pip, setuptools and bytecode (at most {MOST_MB})")
    program: list[str | Path] = [*alone(), venv / "bin" / "python", "-B", venv / "bin" / "autopath"]
    shutil.copytree(ROOT / "samples" / "cvm-failure", folder / "sample")
    run([*program, "analyze", "../sample", "--log-timezone", "UTC", "-o", "sample"], empty)
    run([*program, "simulate", "healthy", "--bytes", str(GIGABYTE), "-o", "../large"], empty)
    for path in (folder / "large").rglob("*.pcap"):
        path.read_bytes()
    began = time.monotonic()
    run([*program, "analyze", "../large", "-o", "large"], empty)
    seconds = time.monotonic() - began
    print(f"the first gigabyte: {seconds:.1f} s (at most {MOST_S:.0f} on an idle machine)")
    if weight > MOST_MB:
        raise Failed("too heavy")
    return venv / "bin" / "python"


def run(command: Sequence[str | Path], cwd: Path) -> None:
    """Run what must end with a verdict and read nothing slowly."""
    environment = {"PATH": "/nowhere", "HOME": str(cwd), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1, 4} or "compil" in done.stderr:
        raise Failed(f"{' '.join(map(str, command[-6:]))}: status {done.returncode}: {done.stderr.strip()}")


def alone() -> list[str]:
    """What runs a command without a network; nothing where this user may not."""
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-n", "true"], check=False, capture_output=True).returncode:
        print("a network can't be kept away here")
        return []
    return [unshare, "-n"]


def weighed(site: Path) -> float:
    """Megabytes of what was installed."""
    ours = (path for path in site.iterdir() if not path.name.startswith(NOT_OURS))
    files = (file for path in ours for file in ([path] if path.is_file() else path.rglob("*")))
    return sum(file.stat().st_size for file in files if file.is_file() and "__pycache__" not in file.parts) / 1e6


def told_other(platform: Platform) -> None:
    """Build for a platform that this one is not, where that can be."""
    if find_spec("ziglang") is None:
        print(f"{platform.name}: not built (ziglang, which links for it, is not installed)")
        return
    try:
        told(build(platform, DIST), "built, not run: its kernels can't run here")
    except subprocess.CalledProcessError as error:
        print(f"{platform.name}: {error.stderr.decode().strip().splitlines()[-1]}")


def told(wheel: Path, what: str) -> None:
    """A line about a wheel."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB, {digest[:16]}; {what}")


def said(sentence: str) -> int:
    """Say what failed; the exit status for it."""
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
