"""Puts the machine code of the kernels into a wheel, which then is one for a platform.

`AUTOPATH_PLATFORM` names another platform than this computer's (`machine_code/platforms.py` has the names). Where the
kernels can't be built the wheel is one of Python alone, with which large captures are read slowly, and that is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLATFORM = "AUTOPATH_PLATFORM"
PACKAGE = "analyzer.ingest.capture.compiled.machine_code"


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling for every wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the kernels; an editable installation has none, as its source may change."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from analyzer.ingest.capture.compiled.machine_code.platforms import PLATFORMS, here

        name = os.environ.get(PLATFORM)
        platform = next((one for one in PLATFORMS if one.name == name), None if name else here())
        folder = Path(tempfile.mkdtemp(prefix="autopath-"))
        self._folder = folder
        if platform and self._built(folder / "kernels", platform.name):
            inside = f"{PACKAGE.replace('.', '/')}/kernels{platform.suffix}"
            build_data["force_include"][str(folder / "kernels")] = inside
            build_data["tag"], build_data["pure_python"] = f"py3-none-{platform.wheel}", False
        elif name:
            raise RuntimeError(f"{PLATFORM}={name}: nothing can be built for it; one of {[p.name for p in PLATFORMS]}")

    def finalize(self, version: str, _: dict[str, Any], __: str) -> None:
        """Remove what was built aside."""
        if version != "editable":
            shutil.rmtree(self._folder, ignore_errors=True)

    def _built(self, to: Path, platform: str) -> bool:
        command = [sys.executable, "-m", PACKAGE, "--to", str(to), "--platform", platform, "--kept"]
        done = subprocess.run(command, cwd=self.root, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            self.app.display_warning(f"a wheel of Python alone: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        return done.returncode == 0
