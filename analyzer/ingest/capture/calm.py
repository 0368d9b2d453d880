"""A long capture in which little happens is told by fewer runs: where nothing happened, runs with a usual pause between
them are one.

A host that calls once a second makes four runs a second, and its MAC and its CVM's more. Where these pauses are as
usual, runs are joined, and the run says how many pauses are in it. Around whatever is not as usual (a longer pause, a
connection that is opened or ended, data that is sent again, a path that begins or ends) all runs stay as they are, and
so does the longest pause between replies every few minutes. What is joined depends on what is near alone, so that it is
the same however the runs come.
"""

from __future__ import annotations

from typing import Any, NamedTuple

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
WINDOW = 32 * SECOND
AROUND = 2
"""So many windows before and after one in which something happened all runs stay as they are."""
BLOCK = 8
"""The longest pause between replies in so many windows stays."""
SHORTEST, LONGEST = 5 * SECOND, 13 * SECOND
"""A pause is usual up to the first of these however short the others are (it is no stall: ESXi's NFS.HeartbeatTimeout),
and not from the second on, as a datastore has a call more often (NFS.HeartbeatFrequency is 12 s)."""
TIMES, OF = 9, 2
"""A pause is usual up to 9/2 of the usual one, which long ones count most for."""
WAITED = SECOND
"""A call that was not answered for so long is something that happened."""
SILENCE, JUST_BEFORE = 1_500 * MILLISECOND, 2 * SECOND
"""A shorter pause is never looked at; a call that may have waited in it was sent so shortly before, or in it."""

FRAME, CALL, REPLY, MAC = range(4)
EVERYBODY = -1
"""The MAC to which something happens when it does to every host."""
ALL = 1 << 62
_CLIPPED = 60_000  # ms

Integers = Any
"""A numpy array of int64: numpy is loaded where there is a flood, not with this module."""


class Runs(NamedTuple):
    """Columns of runs: their kind, the MAC whose they are (a host's, or the one that spoke) and that at the other end,
    the way (sender, receiver and kind), the key that runs share which may be joined, their first and last stamp (ns).
    """

    kind: Integers
    mac: Integers
    peer: Integers
    way: Integers
    key: Integers
    first: Integers
    last: Integers


class Joined(NamedTuple):
    """The rows in `order`, in which each of `on` goes on with the one before it (there is one less of these)."""

    order: Integers
    on: Integers


class Calm:
    """Takes the runs of one capture so far, again and again; each time it knows of a longer time where nothing was."""

    def __init__(self) -> None:
        import numpy as np

        self._until = -ALL
        self._marks = np.zeros(0, np.uint64)
        self._sums = (np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros((0, 2), np.int64))

    def joined(self, runs: Runs, macs: Integers, stamps: Integers, *, whole: bool) -> Joined:
        """Which runs are one; to each of `macs` something happened at each of `stamps`. `whole`: no more will come."""
        import numpy as np

        order = np.lexsort((runs.first, runs.key))
        until = ALL if whole else (int(runs.first.max(initial=-ALL)) - LONGEST) // WINDOW - 2 * AROUND - 1
        until = until if whole else until // BLOCK * BLOCK
        if len(order) < 2 or until <= self._until:
            return Joined(order, np.zeros(max(0, len(order) - 1), bool))
        found = _Ways.of(runs)
        usual = self._usual(found, until)
        over = found.ended if whole else found.ended & (found.reached < int(runs.first.max()) - LONGEST)
        marks = self._marked(found, found.pause > usual, over, (macs, stamps), until)
        on = self._on(runs, order, found, usual, marks, until)
        self._until = until
        return Joined(order, on)

    def unneeded(self, runs: Runs, macs: Integers, stamps: Integers, took: Integers) -> Integers:
        """Which calls of hosts, answered at once, may be left out: those that are in or just before no pause between
        the replies to the host, of `runs`, that could be a silence, but for the slowest one of a host.
        """
        import numpy as np

        found: Integers = stamps // WINDOW + 1 < self._until
        replies = runs.kind == REPLY
        order = np.lexsort((runs.first[replies], runs.mac[replies]))
        mac, first = runs.mac[replies][order], runs.first[replies][order]
        last = runs.last[replies][order]
        for host in np.unique(macs[found]).tolist():
            calls = np.flatnonzero(found & (macs == host))
            some = slice(*np.searchsorted(mac, (host, host + 1)).tolist())
            if some.start == some.stop:
                found[calls] = False
                continue
            begun = first[some]
            before = np.concatenate(([-ALL], np.maximum.accumulate(last[some])))
            after = np.concatenate((begun, before[-1:]))  # who waited when they ended was not answered
            place = np.searchsorted(begun, stamps[calls], "right")
            for pause in (place, np.minimum(place + 1, len(begun))):
                silent = after[pause] - before[pause] >= SILENCE
                found[calls[silent & (before[pause] - JUST_BEFORE <= stamps[calls])]] = False
            left = calls[found[calls]]
            found[left[np.lexsort((stamps[left], -took[left]))[:1]]] = False
        return found

    def _usual(self, found: _Ways, until: int) -> Integers:
        """Up to how long the pause before each run is usual, ns: by the sums of the pauses of a way in a window, and of
        their squares. Those are kept which the next time asks for.
        """
        import numpy as np

        ms = np.clip(found.pause // MILLISECOND, 0, _CLIPPED)
        starts = np.flatnonzero(_changes(found.way, found.window))
        new = found.window[starts] >= self._until
        codes, windows, sums = self._sums
        codes = np.concatenate((codes, _code(found.way[starts], found.window[starts])[new]))
        windows = np.concatenate((windows, found.window[starts][new]))
        sums = np.concatenate((sums, np.add.reduceat(np.stack((ms, ms * ms), 1), starts)[new]))
        kept = (windows >= until - AROUND) & (windows < until)
        self._sums = codes[kept], windows[kept], sums[kept]
        by_code = np.argsort(codes)
        codes, sums, total = codes[by_code], sums[by_code], np.zeros((len(found.way), 2), np.int64)
        for by in range(-AROUND, AROUND + 1) if len(codes) else ():  # all may be of windows that were told before
            wanted = _code(found.way, found.window + by)
            place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
            hit = codes[place] == wanted
            total[hit] += sums[place[hit]]
        typical = total[:, 1] // np.maximum(total[:, 0], 1) * MILLISECOND
        usual: Integers = np.clip(typical * TIMES // OF, SHORTEST, LONGEST - 1)
        return usual

    def _marked(
        self, found: _Ways, odd: Integers, over: Integers, others: tuple[Integers, Integers], until: int
    ) -> Integers:
        """In which windows something happened to whom, as codes: those before `until` are known for good."""
        import numpy as np

        happened = ((odd, found.first), (odd, found.before), (found.begun, found.first), (over, found.reached))
        both = [(macs, which, stamps) for macs in (found.mac, found.peer) for which, stamps in happened]
        macs = np.concatenate((*(macs[which] for macs, which, _ in both), others[0]))
        windows = np.concatenate((*(stamps[which] for _, which, stamps in both), others[1])) // WINDOW
        new = windows >= self._until
        codes, windows = _code(macs[new], windows[new]), windows[new]
        marks = np.union1d(self._marks, codes)
        self._marks = np.union1d(self._marks, codes[windows < until])
        return marks

    def _on(self, runs: Runs, order: Integers, found: _Ways, usual: Integers, marks: Integers, until: int) -> Integers:
        """Which runs, in `order`, go on with those before them."""
        import numpy as np

        place = np.empty(len(order), np.int64)
        place[found.order] = np.arange(len(order))
        longest = np.cumsum(found.longest())
        one, other = order[:-1], order[1:]
        pause, window = runs.first[other] - runs.last[one], runs.first[other] // WINDOW
        on: Integers = (runs.key[one] == runs.key[other]) & (pause > 0) & (pause <= usual[place[other]])
        on &= (window >= self._until) & (window < until)
        on &= longest[place[one]] == longest[place[other]]
        for stamps in (runs.last[one], runs.first[other]):
            on[on] = ~_near(runs.mac[other][on], stamps[on] // WINDOW, marks)
        return on


def squared(pauses: Integers) -> Integers:
    """The squares of pauses (ns), ms²: whole ms, so that sums of them fit."""
    ms = pauses // MILLISECOND
    return ms * ms


def _near(macs: Integers, windows: Integers, marks: Integers) -> Integers:
    """Where something happened to a MAC, or to everybody, a few windows before or after."""
    import numpy as np

    near = np.zeros(len(windows), bool)
    for whom in (macs, np.full(len(windows), EVERYBODY)):
        for by in range(-AROUND, AROUND + 1):
            near |= np.isin(_code(whom, windows + by), marks)
    return near


class _Ways(NamedTuple):
    """The runs in `order` of their ways and time: the pause before each (ns, 0 where there is none), until when the way
    was in use before it and with it, and whether it is the first or the last of its way.
    """

    order: Integers
    way: Integers
    mac: Integers
    peer: Integers
    kind: Integers
    first: Integers
    window: Integers
    before: Integers
    reached: Integers
    pause: Integers
    begun: Integers
    ended: Integers

    @staticmethod
    def of(runs: Runs) -> _Ways:
        """Of all runs."""
        import numpy as np

        order = np.lexsort((runs.first, runs.way))
        way, first = runs.way[order], runs.first[order]
        begun = _changes(way)
        reached = runs.last[order].copy()
        for part in np.split(reached, np.flatnonzero(begun)[1:]):
            np.maximum.accumulate(part, out=part)
        before = np.concatenate((first[:1], reached[:-1]))
        before[begun] = first[begun]
        return _Ways(
            order=order,
            way=way,
            mac=runs.mac[order],
            peer=runs.peer[order],
            kind=runs.kind[order],
            first=first,
            window=first // WINDOW,
            before=before,
            reached=reached,
            pause=np.maximum(first - before, 0),
            begun=begun,
            ended=np.concatenate((begun[1:], [True])),
        )

    def longest(self) -> Integers:
        """Which runs of replies are behind the longest pause of their block."""
        import numpy as np

        block = self.window // BLOCK
        by_length = np.lexsort((self.first, -self.pause, block, self.way))
        found = np.zeros(len(self.order), bool)
        found[by_length[_changes(self.way[by_length], block[by_length])]] = True
        return found & (self.kind == REPLY)


def _changes(*columns: Integers) -> Integers:
    """Which rows differ from those before them in some column; the first one does."""
    import numpy as np

    changed = np.zeros(len(columns[0]) - 1, bool)
    for column in columns:
        changed |= column[1:] != column[:-1]
    return np.concatenate(([True], changed))


def _code(one: Integers, other: Integers) -> Integers:
    """Two numbers as one that is most probably theirs alone; where it is not, less is joined."""
    import numpy as np

    mixed = one.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + other.astype(np.uint64)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    code: Integers = mixed ^ (mixed >> np.uint64(32))
    return code


def code_of(*words: Integers) -> Integers:
    """Columns of numbers as one column, most probably equal only where all are; int64."""
    import numpy as np

    code = np.zeros(len(words[0]), np.uint64)
    for word in words:
        code = _code(code, word)
    return code.view(np.int64)
