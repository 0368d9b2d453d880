"""Trials of the real tests: what is noticed, and what no test reaches."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import ROOT

CODE = """
import json
from bench.mutants.mutations import mutations
from bench.mutants.reach import ROOT, Reach
from bench.mutants.running import outcomes

path = "analyzer/correlate/matching.py"
every = mutations(ROOT / path, path)
reached = next(one for one in every if one.before == "pairs.append((i, j))")
other = next(one for one in every if one.scope != "module" and not set(one.lines) & set(reached.lines))
test = "tests/correlate/test_matching.py::test_observations_of_one_fault_match"
reach = Reach({test: 1.0}, {path: {line: [test] for line in reached.lines}})
print(json.dumps([[one.place == reached.place, done.fate] for one, done in outcomes([reached, other], reach, 2, 0)]))
"""


def test_what_a_test_notices_is_killed_and_what_none_reaches_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)

    assert sorted(json.loads(done.stdout)) == [[False, "not reached"], [True, "killed"]]
