"""What there is to attach, in one zip: the report in each form, the run, its frames, and a list of what is in it.

The list, `MANIFEST.sha256`, is what `sha256sum -c` checks; what was left out stands there as a remark, with why. A zip
has no more than what trackers take. Times are fixed and names sorted, so that the same run gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from analyzer.errors import place_of_fault
from analyzer.report.forms.catalogue import FORMS
from analyzer.report.forms.material import Material

MOST = 25_000_000
"""Bytes of the zip."""
MANIFEST = "MANIFEST.sha256"
HELD = ("json", "html", "md", "pdf", "pcapng")
"""The forms that are in it, by name, the most important first."""
_ENTRY = 512
"""Bytes that a member takes beside its content, at most: its names are short."""
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_FILE = 0o100644 << 16
_UNIX = 3
_LEVEL = 9


def write(material: Material) -> dict[str, bytes]:
    """`bundle.zip`."""
    held, left_out, room = dict[str, bytes](), list[str](), MOST - 16 * _ENTRY
    for name, content in _files(material, left_out):
        size = len(zlib.compress(content, _LEVEL)) + _ENTRY
        if size > room:
            left_out.append(f"{name}: {len(content):,} bytes, beyond the {MOST:,} that a bundle has at most")
        else:
            held[name], room = content, room - size
    return {"bundle.zip": _zipped({MANIFEST: _manifest(held, left_out), **held})}


def _files(material: Material, left_out: list[str]) -> Iterator[tuple[str, bytes]]:
    """What goes in, the most important first; of what can't be made it is noted why."""
    forms = {form.name: form for form in FORMS}
    for form in (forms[name] for name in HELD):
        if form.lacking:
            left_out.append(f"{form.files[0]}: needs {', '.join(form.lacking)}, which is not installed")
        elif form.of_evidence and material.frames is None:
            left_out.append(f"{form.files[0]}: needs the captures, which were not at hand")
        elif form.of_evidence and not (material.frames and material.frames.frames):
            left_out.append(f"{form.files[0]}: the report is based on no frame of a capture")
        else:
            try:
                files = form.write(material)
            except Exception as error:
                if not form.packages:
                    raise
                left_out.append(f"{form.files[0]}: can't be made ({place_of_fault(error)})")
            else:
                yield from files.items()


def _manifest(held: Mapping[str, bytes], left_out: list[str]) -> bytes:
    lines = [f"{hashlib.sha256(held[name]).hexdigest()}  {name}" for name in sorted(held)]
    return "".join(f"{line}\n" for line in (*lines, *(f"# left out: {one}" for one in left_out))).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.create_system, entry.external_attr = _UNIX, _FILE
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, _LEVEL)
    return packed.getvalue()
