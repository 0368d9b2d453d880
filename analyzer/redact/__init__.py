"""A run without the names and addresses of whoever it is of, and back again for who has the key.

`redacted` is one step, from a run to a run, before anything is rendered, so every form is made of what it leaves.
Addresses keep their prefixes in common, names stay the same wherever they stand, and a word that is neither the
program's own nor known to be harmless is replaced like a name. `frames` does the same to captured frames.
"""

from __future__ import annotations

from analyzer.redact.key import Key, load_key, new_key, save_key
from analyzer.redact.run import Redacted, is_key_of, redacted, restored

__all__ = ["Key", "Redacted", "is_key_of", "load_key", "new_key", "redacted", "restored", "save_key"]
