"""What is right for one host, and the episodes that begin when its path is not right (docs/kinds.md).

Right is the host's own CVM while it serves, else any other CVM that does. An episode begins when the path stops being
right, or when the right path stops serving; a change of the route that puts the path right repairs it, whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.lab.simulate.truth.episode import By, OngoingEpisode
from analyzer.lab.simulate.truth.open_episodes import Cause, OpenEpisodes, Turned, is_recovery, mark
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import RouteAction
from analyzer.model.instant import SECOND
from analyzer.model.path import Path

LOCAL = Path("local")
STARTS = SECOND  # from a CVM's links to its Stargate's first answer


@dataclass(slots=True, eq=False)
class HostTruth(OpenEpisodes):
    """The truth of one host; nothing is known yet of what may become a fault."""

    _down: bool = False  # the own CVM has stopped, and is not back
    _served: bool = True  # it did when it stopped last
    _hung: OngoingEpisode | None = None  # the NFS server of the CVM that serves the host answers no call
    _stall: OngoingEpisode | None = None  # the last that was over before Genesis did anything
    _lost: Cause | None = None  # the own CVM stopped while the host had a route elsewhere
    _unseen: Cause | None = None  # the other CVMs don't reach the own one
    _seen: int | None = None  # since when they do again
    _back: Cause | None = None  # the own CVM serves again, and a route is on its way
    _checked: int = 0
    _moved: int = 0  # when the route changed last
    _moved_by: By = "person"  # and who changed it
    _turned: Turned | None = None  # the last failure that a route to nobody made one
    _ordered: int | None = None  # when Genesis decided to exchange a route that was right
    _path: Path = LOCAL

    def is_right(self) -> bool:
        """Whether the path is."""
        route = self.host.route
        if self.serves(self.cvm):
            return route is None
        return route is not None and route != self.cvm and self.serves(route)

    # --- CVMs -------------------------------------------------------------------------------------------------------

    def stops(self, cvm: str, cause: int, effect: int, *, off: bool) -> None:
        """A CVM is about to stop serving; `off`: it has to boot before it serves again."""
        route = self.host.route
        if cvm == self.cvm:
            self._back = None
            if route is not None:
                self._lost = Cause(cause, effect)
            self._served, self._down = self.serves(cvm), True
            if off:
                self._is_away_again()
        serving = route is None if cvm == self.cvm else route == cvm and not self.serves(self.cvm)
        if serving and self.missing is None:
            episode = self.fails(cvm, self._with_hang(cvm, Cause(cause, effect)))
            if cvm == self.cvm and self._unseen is not None and self._seen is None:
                episode.unseen = self._unseen.cause
        else:
            self.goes_off(cvm, effect)

    def goes_off(self, cvm: str, effect: int) -> None:
        """A CVM that did not serve any more stops for good: that is of the same fault, until Genesis finds it."""
        if self.missing is not None and self.missing.cvm == cvm and self.missing.detected is None:
            self.missing.worse = effect

    def serves_again(self, cvm: str, cause: int, effect: int, at: int) -> None:
        """A CVM's Stargate runs again since `at`; what brought it back lies between `cause` and `effect`."""
        route = self.host.route
        if self._is_awaited(cvm):
            self._repaired(cvm, self._moved, self._moved_by)
        elif route == (None if cvm == self.cvm else cvm):
            self._goes_on(at)
        if cvm != self.cvm:
            return
        self._lost, self._back, self._down = None, Cause(cause, effect), False
        if route is not None and self.missing is not None and self.missing.decided is None:
            self._stays_wrong(self.missing, route, at)
        injected = self.extra is not None and self.extra.kind == "route-injection"
        if route is not None and not injected and not self._is_hidden():  # else it is back once they see it
            self._recovers()

    def _is_awaited(self, cvm: str) -> bool:
        """Whether a host lost its own CVM, and its route leads to this one since: that is how it is served again."""
        lost = self.missing is not None and self.missing.kind == "cvm-failure" and self.missing.cvm == self.cvm
        return lost and cvm != self.cvm and self.host.route == cvm

    def _stays_wrong(self, episode: OngoingEpisode, route: str, at: int) -> None:
        """The own CVM would serve again, and the route that came meanwhile leads to nobody who does: it is that which
        is wrong now, as one that is added while the own CVM serves.
        """
        if episode.kind != "cvm-failure" or episode.cvm != self.cvm or self.serves(route):
            return
        self._turned = Turned(episode, episode.effect, episode.worse, at)
        episode.kind, episode.cvm, episode.detected = "route-injection", None, None
        episode.gateway, episode.valid = route, self.is_there(route)
        episode.effect, episode.worse = max(episode.effect, episode.worse or 0, self._moved), None
        episode.during = Path("dead", via=route)
        if self.extra is None:
            self.extra = episode
        self.missing = None

    def is_to_stop(self, at: int) -> None:
        """The own CVM will be stopped in order, and Genesis forwards the host before."""
        episode = self.fails(self.cvm, Cause(at, at))
        episode.during, episode.decided, episode.planned = self.host.path(), at, True

    def is_cut_off(self, cause: int, effect: int) -> None:
        """The host's uplink is about to die: what it had of another CVM is gone."""
        serving = self.host.route is not None and self.is_right() and self.missing is None
        if serving and not self._is_stalled("remote"):
            self.begin("unexplained", Cause(cause, effect)).during = Path("dead")

    def is_unseen(self, cause: int, effect: int) -> None:
        """The other CVMs lose sight of the own one, whatever becomes of it."""
        self._unseen, self._seen = Cause(cause, effect), None

    def is_seen(self, cause: int, effect: int) -> None:
        """They see it again."""
        self._seen = cause
        if self._unseen is not None and not self._down:
            self._back = Cause(cause, effect)
            if self.host.route is not None and self.extra is None:
                self._recovers()

    def reboots(self, cause: int, effect: int) -> None:
        """The host forgets its route, and its CVM is off with it."""
        self.drop_extra()
        if self.missing is not None:
            self.missing.drop()
        self.missing = self._stall = self._lost = self._unseen = self._back = None
        self._path = LOCAL
        if self._is_stalled("local"):
            return
        episode = self.begin("unexplained", Cause(cause, effect))
        episode.cvm, episode.during = self.cvm, Path("dead")

    def _is_stalled(self, kind: str) -> bool:
        """Whether a path of this kind has not served since a stall began: what makes it worse is the same stall."""
        stall = self.last
        if stall is None or stall.kind != "unexplained" or stall.dropped:
            return False
        return stall.before.kind == kind and stall.over is None and stall.restored is None

    def hangs(self, cvm: str, cause: int, effect: int) -> None:
        """The NFS server of a CVM answers no call, and its Stargate says that all is well."""
        if self.host.route == (None if cvm == self.cvm else cvm):
            episode = self.begin("unexplained", Cause(cause, effect))
            episode.cvm, episode.during = cvm, Path("dead")
            self._hung = episode

    def answers(self, cvm: str) -> None:
        """The NFS server of a CVM goes on."""
        if self._hung is not None and self._hung.cvm == cvm:
            self._hung = None

    def _with_hang(self, cvm: str, fault: Cause) -> Cause:
        """The fault of a CVM whose NFS server hangs too, whichever came first: that stall is of the same episode."""
        hung, self._hung = self._hung, None
        if hung is None or hung.cvm != cvm or hung.restored is not None:
            return fault
        hung.drop()
        self.noted.remove(hung)
        return Cause(min(hung.cause, fault.cause), max(hung.effect, fault.effect))

    # --- Genesis ----------------------------------------------------------------------------------------------------

    def checked(self, at: int) -> None:
        """A check begins."""
        self._checked = at
        for episode in (self.missing, self.extra, self.last):
            if episode is not None:
                episode.checked(at)

    def found_right(self) -> None:
        """A check found the route right: what the own CVM's end made right stays so."""
        if self.host.route is None:
            return
        if self._is_back() and self.extra is not None and self.extra.effect + STARTS < self._checked:
            self._is_away_again()  # that check had asked it since, and it was down
            if not self._down and not self._is_hidden():
                self._recovers()
        since = self._back is not None and self._back.effect >= self._checked  # the check saw it down, and it is back
        if self.serves(self.cvm) and not since:
            return
        self._lost = None
        if self.extra is not None and self.extra.kind == "route-injection":
            self.drop_extra()
            if since and not self._is_hidden():
                self._recovers()

    def found_missing(self, at: int) -> None:
        """A check found the own CVM down, and no route to one that functions."""
        if self.missing is None:
            self._was_missing()
        self.mark_missing("detected", at)

    def found_extra(self, at: int) -> None:
        """A check found a route though the own CVM functions, as one does that is about to be stopped."""
        if self.extra is None and self.last is not None and self.last.planned:
            self._is_given_back(Cause(self.last.repaired or at, at))
        mark(self.extra, "detected", at)

    def decided(self, action: RouteAction, at: int) -> None:
        """A task is created: to delete the route, or to add another, for which a wrong one is deleted first."""
        if action == "add":
            self._ordered = at if self.missing is None else None
            self.mark_missing("decided", at)
        else:
            mark(self.extra, "decided", at)

    def _was_missing(self) -> None:
        """What Genesis sees now and nobody else did: a CVM that is back since the check began, or was never away; or
        one whose links are up and whose Stargate is not.
        """
        stall, turned = self._stall, self._turned
        starts = 0 if stall is None or self.serves(stall.cvm or self.cvm) else STARTS
        if turned is not None and turned.episode is self.extra and turned.at >= self._checked:
            self._failed_after_all(turned)
        elif stall is not None and (stall.over or 0) + starts >= self._checked:
            stall.kind = "cvm-failure" if stall.kind == "unexplained" else stall.kind
            stall.over = stall.onto = stall.restored = stall.connected = stall.reset = None
            self.missing = self.last = stall
            for watcher in self.watchers:
                watcher.watch(stall)
        elif self._lost is not None:
            self.fails(self.cvm, self._lost).before = LOCAL
            self._found_late(self._lost)
        elif self._unseen is not None and not self._down and (self._seen or self._checked) >= self._checked:
            self._was_out_of_reach(self._unseen)

    def _failed_after_all(self, turned: Turned) -> None:
        """The check that found the own CVM down had begun before that served again, with a route to nobody."""
        episode = turned.episode
        episode.kind, episode.cvm, episode.gateway, episode.valid = "cvm-failure", self.cvm, None, None
        episode.effect, episode.worse, episode.during = turned.effect, turned.worse, Path("dead")
        self.missing, self.extra = episode, None

    def _was_out_of_reach(self, fault: Cause) -> None:
        """The own CVM did not answer the check, and served; or its NFS server hung, and it did not."""
        route = self.host.route
        if route is None and self._hung is not None and self._hung.cvm == self.cvm and self._hung.restored is None:
            fault = self._with_hang(self.cvm, fault)
            self.fails(self.cvm, fault).before = LOCAL
        else:
            episode = self.fails(self.cvm, fault)
            episode.before, episode.mistaken = LOCAL, True
            episode.during = LOCAL if route is None else Path("dead", via=route)
        self._found_late(fault)

    def _found_late(self, fault: Cause) -> None:
        """The check that found it had begun after the fault."""
        if self.missing is not None and fault.effect <= self._checked:
            self.missing.checked(self._checked)

    # --- the route --------------------------------------------------------------------------------------------------

    def route_changed(self, action: RouteAction, gateway: str, by: By, cause: int, at: int) -> None:
        """The kernel has another route since now; whoever changed it began to at `cause`."""
        before, self._path, self._moved, self._moved_by = self._path, self.host.path(), at, by
        for watcher in self.watchers:
            watcher.moved(self._path)
        was_right = self._was_right(before)
        if action == "add":
            self._added(gateway, by, Cause(cause, at), before, was_right=was_right)
        else:
            self._deleted(gateway, by, Cause(cause, at), before, was_right=was_right)

    def _was_right(self, before: Path) -> bool:
        if self.serves(self.cvm):
            return before.kind == "local"
        return before.via is not None and before.via != self.cvm and self.serves(before.via)

    def _added(self, gateway: str, by: By, change: Cause, before: Path, *, was_right: bool) -> None:
        if self.missing is None and self._lost is not None and self.is_right() and not was_right:
            self.fails(self.cvm, self._lost).before = LOCAL
        if self.missing is not None and (self.is_right() or by == "genesis"):
            self._repaired(gateway, change.effect, by)
            if not self.is_right() and not self.serves(self.cvm):  # who was chosen has failed meanwhile
                self.fails(gateway, change)
        elif by == "genesis" and self._ordered is not None and was_right and before.kind == "local":
            self._is_forwarded_late(gateway, self._ordered, change.effect)
        elif by != "genesis" and self._leaves_right(before, was_right=was_right):
            kind: EpisodeKind = "route-injection" if before.kind == "local" else "route-deletion"
            episode = self.begin(kind, change, before)
            episode.gateway, episode.during = before.via or gateway, Path("dead", via=gateway)
            if kind == "route-injection":
                episode.valid = self.is_there(gateway)

    def _is_forwarded_late(self, gateway: str, ordered: int, at: int) -> None:
        """Genesis exchanges the route of a host for another, and its own CVM serves it again between the two."""
        episode = self.fails(self.cvm, Cause(ordered, ordered))
        episode.before, episode.during, episode.mistaken, episode.gateway = LOCAL, LOCAL, True, gateway
        episode.detected = episode.decided = ordered
        episode.repaired_at(at, self._path, "genesis")
        self.put_right(episode)
        self.missing = self._ordered = None
        self._is_given_back(Cause(at, at))

    def _leaves_right(self, before: Path, *, was_right: bool) -> bool:
        """Whether the host leaves a path that is right: its own CVM while that is alive, as it takes the host before it
        is initialised, or another one for nobody.
        """
        if before.kind == "local":
            return was_right or self._back is not None
        if (
            self._is_hidden() and not was_right
        ):  # the own CVM, which nobody else reaches, serves no host that is elsewhere
            return self.serves(before.via or "") and not self.serves(self.host.route or "")
        return was_right and not self.is_right()

    def _is_hidden(self) -> bool:
        """Whether no other CVM reaches the own one."""
        return self._unseen is not None and self._seen is None

    def _repaired(self, gateway: str, at: int, by: By) -> None:
        """The host has another CVM; where its own is back by now, it will be given back."""
        episode = self.missing
        if episode is not None:
            episode.repaired_at(at, self._path, by)
            episode.gateway = gateway if episode.kind == "cvm-failure" else episode.gateway or gateway
            self.put_right(episode)
        self.missing = self._lost = None
        mistaken = episode is not None and episode.mistaken
        unseen = mistaken and self._seen is None
        ordered = episode.decided if episode is not None and by == "genesis" else None
        injected = self.extra if self.extra is not None and not is_recovery(self.extra) else None
        if injected is not None and (mistaken or (ordered is not None and ordered <= injected.cause)):
            self.drop_extra()  # the route that is right to Genesis took the injected one's place
        if self.extra is None and not unseen:
            self._recovers()

    def _deleted(self, gateway: str, by: By, change: Cause, before: Path, *, was_right: bool) -> None:
        extra, missing = self.extra, self.missing
        if self._lost is not None:  # the host lacks its own CVM only now
            self._lost = Cause(self._lost.cause, change.effect)
        exchanged = by == "genesis" and missing is not None and missing.decided is not None  # the add is still to come
        if extra is not None and (by == "genesis" or not was_right) and not (exchanged and is_recovery(extra)):
            extra.repaired_at(change.effect, self._path, by)
            extra.gateway = gateway if is_recovery(extra) else extra.gateway
            self.put_right(extra)
            self.extra = None
        if missing is not None and self.is_right() and not exchanged:
            missing.repaired_at(change.effect, self._path, by)
            self.put_right(missing)
            self.missing = None
        elif was_right and by == "person":
            self.drop_extra()
            self._lost = None
            episode = self.begin("route-deletion", change, before)
            episode.gateway, episode.during = gateway, Path("dead")
            if self._back is not None:  # the own CVM is alive, and takes the host before it is initialised
                self._goes_on(change.effect)

    # --- episodes ---------------------------------------------------------------------------------------------------

    def _is_away_again(self) -> None:
        """The own CVM's return came to nothing; it was none where that CVM did not serve before it stopped."""
        if self._is_back():
            self.drop_extra(noted=self._served)

    def _is_back(self) -> bool:
        """Whether the own CVM has returned, and Genesis has done nothing about it yet."""
        return self.extra is not None and is_recovery(self.extra) and self.extra.decided is None

    def _recovers(self) -> None:
        """The own CVM is back, and the host has a route elsewhere."""
        if self._back is not None and not self._is_back():
            self.drop_extra()
            self._is_given_back(self._back)

    def _is_given_back(self, fault: Cause) -> None:
        """The host is to be served by its own CVM again."""
        episode = self.begin("cvm-recovery", fault)
        episode.cvm, episode.gateway = self.cvm, self.host.route

    def _goes_on(self, at: int) -> None:
        """Who served the host serves it again, before Genesis created a task: no failover comes of it."""
        episode = self.missing
        if episode is None or episode.decided is not None:
            return
        episode.over, episode.onto = at, self.host.path()
        if episode.kind == "cvm-failure":
            episode.kind, episode.detected = "unexplained", None
        self._stall, self.missing = episode, None
