"""One test: its evidence to its folder, unless that is done already."""

from __future__ import annotations

import gc
import os

from analyzer import __version__, pipeline
from analyzer.aside import alone_in, write
from analyzer.batch.finished import NAME, RUN, check_free, digest_of, done_before, record_of
from analyzer.batch.identity import key_of, state_of
from analyzer.batch.values import Analysed, Failed, Said, Task
from analyzer.errors import AutopathError, EvidenceError, UsageError, place_of_fault
from analyzer.history.identity import inputs_of, key_of_run, key_of_test
from analyzer.model.run import Run
from analyzer.report.answer import headline
from analyzer.report.forms.catalogue import Form, chosen


def done(task: Task) -> Said:
    """Do it, from the folder in which the manifest lies; whatever keeps it from being done is said. The process is in
    that folder afterwards.
    """
    try:
        os.chdir(task.base)
        return _done(task)
    except AutopathError as error:
        return _failed(task, str(error))
    except MemoryError:
        return _failed(task, "there is not enough memory for it; give it a machine that has more")
    except pipeline.BrokenOffError as error:
        return _failed(task, _fault(error.__cause__ or error))
    except OSError as error:
        return _failed(task, f"{error.filename or task.base}: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - a fault is told with its test, and the others go on
        return _failed(task, _fault(error))


def _done(task: Task) -> Said:
    if task.program != __version__:
        raise UsageError(f"this worker runs autopath {__version__}, and the batch {task.program}; install the same")
    before = state_of(task.evidence)
    key = key_of(task)
    if known := done_before(task.place, key, task.name):
        return Said(known, before=True)
    forms = chosen(task.forms)
    gc.disable()  # frozen values hold no cycles
    run, files = _analysed(task, forms)
    outcome = _outcome(task.name, run, files[RUN])
    if state_of(task.evidence) != before:
        raise EvidenceError("its evidence changed while it was read; start the batch again when nobody writes to it")
    os.makedirs(task.output, exist_ok=True)  # noqa: PTH103 - text, as the task has it
    if task.place.is_symlink():
        raise UsageError(f"{task.place}: is a symbolic link; remove it, a test's results lie in the batch's own folder")
    with alone_in(task.place.parent):
        check_free(task.place, run, frozenset(files))
        write(task.place, {**files, NAME: record_of(key, files, outcome)}, last=(RUN, NAME))
    return Said(outcome)


def _analysed(task: Task, forms: tuple[Form, ...]) -> tuple[Run, dict[str, bytes]]:
    """The run, and its files by name."""
    if any(form.of_evidence or form.takes_evidence for form in forms):
        run, frames = pipeline.analyze_keeping_frames(task.evidence, task.settings)
    else:
        run, frames = pipeline.analyze(task.evidence, task.settings), None
    return run, pipeline.documents(run, forms, frames)


def _outcome(name: str, run: Run, document: bytes) -> Analysed:
    try:
        test = key_of_test(inputs_of(run, name))
        key = key_of_run(run, test)
    except UsageError:  # nothing of it was read, so it is no test that a history would keep
        test = key = ""
    return Analysed(
        name=name,
        acceptable=run.acceptable,
        verdict=run.verdict,
        says=headline(run),
        test=test,
        run=key,
        digest=digest_of(document),
    )


def _failed(task: Task, why: str) -> Said:
    """The sentence without where the batch lies on this machine."""
    for place in (task.output, task.base):
        why = why.replace(place.rstrip(os.sep) + os.sep, "")
    return Said(Failed(name=task.name, reason=why.replace("\n", " ")))


def _fault(error: BaseException) -> str:
    return f"a fault of the program ({place_of_fault(error)}: {error}); `autopath analyze` of its evidence says more"
