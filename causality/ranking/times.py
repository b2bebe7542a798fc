"""The times in which neither a drug nor a condition changes its state, and what each tells."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from causality.case.model import Episode
from causality.ranking.lengths import AS_OF, Bounds, Lengths, Point
from causality.ranking.readings import READINGS
from causality.ranking.states import Chain, combined
from causality.timeline.snapshot import Snapshot


class Sides(NamedTuple):
    """What is compared: when the drug was taken, when the conditions were active.

    ``on_protocol`` are the starts of courses under desensitisation or cover; ``suppressing`` are
    the exposures to other drugs that could suppress the reaction, by the name of the drug;
    ``latency`` is how long the reaction took to come, ``least`` the lower end of the published
    interval.
    """

    drug: Chain
    episodes: tuple[Episode, ...]
    own_exposures: frozenset[str]
    conditions: tuple[Chain, ...] = ()
    names: tuple[str, ...] = ()  # of the conditions, as reported
    acute: bool = False  # what acts with a delay of its own, such as an infection
    treats_condition: bool = False
    treats_reaction: bool = False
    on_protocol: frozenset[str] = frozenset()
    latency: int | None = None
    least: int | None = None
    suppressing: tuple[tuple[str, str], ...] = ()


class _Segment(NamedTuple):
    state: str
    start: Point | None
    end: Point | None


class Time(NamedTuple):
    """A time between two sets of points: after all of the one, before all of the other."""

    drug: str
    condition: str
    starts: list[Point]
    ends: list[Point]
    days: Bounds
    episodes: tuple[str, ...]
    reading: str
    named: tuple[str, ...]  # the conditions that were active

    def goes_on_in(self, other: "Time") -> bool:
        """Tell whether another time is more of the same, and tells as little."""
        same = (self.drug, self.condition, self.reading) == (
            other.drug,
            other.condition,
            other.reading,
        )
        touching = not set(self.ends).isdisjoint(other.starts)
        return same and touching and not READINGS[self.reading] and not self.episodes


class Times:
    """The arithmetic of one drug and one condition over the observed time."""

    def __init__(self, snapshot: Snapshot, sides: Sides) -> None:
        self.snapshot = snapshot
        self.sides = sides
        self.onsets = [f"{episode.id}.onset" for episode in sides.episodes]
        self.ends = {str(e.id): _end(snapshot, e) for e in sides.episodes}
        self.pinned = {
            str(e.id) for e in sides.episodes if (e.recurrence_on or "") in sides.own_exposures
        }
        chains = [sides.drug, *sides.conditions]
        self.since = self._first([cut.event for chain in chains for cut in chain.cuts])
        self.until = self._last()
        runs = [[(cut.event, cut.days) for cut in chain.cuts] for chain in chains]
        points = [(self.since, 0), (self.until, 1), *(p for run in runs for p in run)]
        points += [(event, 0) for event in (*self.onsets, *self.ends.values()) if event]
        points += [(event, 0) for event in self._between_which([p[0] for p in points])]
        self.lengths = Lengths(snapshot, points, runs)
        self.segments = [_segments(chain) for chain in chains]

    def _between_which(self, events: Sequence[str]) -> Iterator[str]:
        """Yield the events after or before which the file puts others: their dates bound these."""
        known = self.snapshot.timeline.events
        for event in events:
            if event in known:
                yield from (n for n in (*known[event].after, *known[event].before) if n in known)

    def _first(self, cuts: Iterable[str]) -> str:
        rank = self.snapshot.timeline.rank
        told = [*cuts, *self.onsets]
        dated = [event for event in told if self.snapshot.position(event) is not None]
        return min(dated or told, key=rank.__getitem__)

    def _last(self) -> str:
        """Return the end of the observed time: the moment if it is a date, and never past the file.

        Once all of the file is past, nothing is known beyond its last event.
        """
        timeline, visible = self.snapshot.timeline, self.snapshot.visible
        told = [name for name in timeline.sequence if timeline.events[name].kind != "decision"]
        if self.snapshot.moment.position is not None and not visible.issuperset(told):
            return AS_OF
        seen = [name for name in told if name in visible]
        dated = [name for name in seen if timeline.events[name].position is not None]
        return (dated or seen)[-1]

    def times(self) -> Iterator[Time]:
        """Yield the times in which neither the drug nor a condition changes its state."""
        for segments, starts, ends, days in self._overlaps(self.segments):
            drug = segments[0].state
            condition = combined([segment.state for segment in segments[1:]])
            episodes = self._episodes_in(drug, starts, ends)
            reading = self._read(drug, condition, starts, ends, episodes)
            named = tuple(
                name
                for name, segment in zip(self.sides.names, segments[1:], strict=True)
                if segment.state == "active"
            )
            yield Time(drug, condition, starts, ends, days, tuple(episodes[0]), reading, named)

    def _overlaps(
        self, chains: Sequence[Sequence[_Segment]]
    ) -> Iterator[tuple[list[_Segment], list[Point], list[Point], Bounds]]:
        """Yield every choice of a segment per chain that may share time, in order of time."""
        pending: list[tuple[list[_Segment], list[Point], list[Point]]]
        pending = [([], [(self.since, 0)], [(self.until, 1)])]
        for chain in chains:
            pending = [
                ([*chosen, segment], longer, shorter)
                for chosen, starts, ends in pending
                for segment in chain
                for longer in [[*starts, segment.start] if segment.start else starts]
                for shorter in [[*ends, segment.end] if segment.end else ends]
                if self.lengths.may_overlap(longer, shorter)
            ]
        for chosen, starts, ends in pending:
            yield chosen, starts, ends, self.lengths.overlap(starts, ends)

    def _episodes_in(
        self, drug: str, starts: Sequence[Point], ends: Sequence[Point]
    ) -> tuple[list[str], list[str]]:
        """Return the episodes that certainly and those that possibly began in a stretch."""
        certain, possible = [], []
        for episode, onset in zip(self.sides.episodes, self.onsets, strict=True):
            if str(episode.id) in self.pinned and drug != "on":
                continue
            after = [self.lengths.between(start, (onset, 0)) for start in starts]
            before = [self.lengths.between((onset, 0), end) for end in ends]
            if min(d[1] for d in after) >= 0 and min(d[1] for d in before) >= 1:
                possible.append(str(episode.id))
                if min(d[0] for d in after) >= 0 and min(d[0] for d in before) >= 1:
                    certain.append(str(episode.id))
        return certain, possible

    def _read(
        self,
        drug: str,
        condition: str,
        starts: Sequence[Point],
        ends: Sequence[Point],
        episodes: tuple[Sequence[str], Sequence[str]],
    ) -> str:
        certain, possible = episodes
        if "unknown" in (drug, condition):
            return "state_unknown"
        if certain:
            return f"{drug}_{condition}_episode"
        if possible:
            return "episode_uncertain"
        reading = f"{drug}_{condition}_none"
        if (drug, condition) == ("on", "inactive"):
            reading = self._read_tolerated(starts, self.lengths.overlap(starts, ends))
        if READINGS[reading] is None:
            return reading
        if not self._some_time(starts, ends):
            return "time_uncertain"
        if (drug, condition) == ("off", "active"):
            return self._read_alone(starts, ends)
        return reading

    def _read_alone(self, starts: Sequence[Point], ends: Sequence[Point]) -> str:
        """Read the active condition without the drug and without an episode."""
        if not self._free(starts, ends):
            return "reaction_may_go_on"
        if self._too_short(starts, ends):
            return "shorter_than_latency"
        return "acute_cause" if self.sides.acute else "off_active_none"

    def _too_short(self, starts: Sequence[Point], ends: Sequence[Point]) -> bool:
        """Tell whether a time is certainly shorter than the reaction takes to come."""
        latency, least = self.sides.latency, self.sides.least
        needed = least if latency is None else latency
        return needed is not None and self.lengths.overlap(starts, ends)[1] < needed

    def _read_tolerated(self, starts: Sequence[Point], days: Bounds) -> str:
        """Read the drug without the condition and without an episode: seldom telling."""
        sides = self.sides
        if sides.treats_condition:
            return "drug_treats_condition"
        if sides.treats_reaction:
            return "drug_treats_reaction"
        if sides.on_protocol.intersection(event for event, _ in starts):
            return "under_protocol"
        if sides.latency is None or days[0] < sides.latency:
            return "shorter_than_latency"
        return "on_inactive_none"

    def _some_time(self, starts: Iterable[Point], ends: Sequence[Point]) -> bool:
        """Tell whether there certainly was such a time, by the days or by the stated order."""
        return all(
            self.lengths.between(start, end)[0] > 0 or self._stated_before(start, end)
            for start in starts
            for end in ends
        )

    def _stated_before(self, first: Point, second: Point) -> bool:
        if AS_OF in (first[0], second[0]) or first[1] > second[1]:
            return False
        return self.snapshot.timeline.order.stated_before(first[0], second[0])

    def _free(self, starts: Sequence[Point], ends: Sequence[Point]) -> bool:
        """Tell whether some of a stretch is certainly free of an episode that began before it."""
        free = list(starts)
        for episode, onset in zip(self.sides.episodes, self.onsets, strict=True):
            if any(self.lengths.between(end, (onset, 0))[0] >= 0 for end in ends):
                continue  # it began later
            end = self.ends[str(episode.id)]
            if end is None:
                return False
            free.append((end, 0))
        return self._some_time(free, ends)

    def alone(self, side: int) -> dict[str, Bounds]:
        """Return the days in each state of the drug (0) or of the condition (1) by itself."""
        chains = self.segments[:1] if side == 0 else self.segments[1:]
        found: dict[str, Bounds] = {}
        for segments, _, _, days in self._overlaps(chains) if self.lengths.consistent else ():
            states = [segment.state for segment in segments]
            state = states[0] if side == 0 else combined(states)
            low, high = found.get(state, (0, 0))
            found[state] = (low + days[0], high + days[1])
        return found

    def states_at(self, episode: Episode) -> tuple[str, str]:
        """Return the states in which an episode began, unknown where the dates leave it open."""
        onset = (f"{episode.id}.onset", 0)
        sets = [self._possible_at(segments, onset) for segments in self.segments]
        certain = [next(iter(s)) if len(s) == 1 else "unknown" for s in sets]
        drug = "on" if str(episode.id) in self.pinned else certain[0]
        return drug, combined(certain[1:])

    def _possible_at(self, segments: Sequence[_Segment], onset: Point) -> set[str]:
        if not self.lengths.consistent:
            return {"unknown"}
        order, found = self.snapshot.timeline.order, set()
        for segment in segments:
            start, end = segment.start, segment.end
            if start is not None and order.stated_before(onset[0], start[0]):
                break  # the first day of what comes later is no day of this
            if (start is None or self.lengths.between(start, onset)[1] >= 0) and (
                end is None or self.lengths.between(onset, end)[1] >= 1
            ):
                found.add(segment.state)
        return found


def _segments(chain: Chain) -> list[_Segment]:
    points: list[Point | None] = [None, *((cut.event, cut.days) for cut in chain.cuts), None]
    states = [chain.before, *(cut.state for cut in chain.cuts)]
    return [_Segment(s, points[n], points[n + 1]) for n, s in enumerate(states)]


def _end(snapshot: Snapshot, episode: Episode) -> str | None:
    """Return the event with which an episode was over, if it is known."""
    event = f"{episode.id}.recovered"
    return event if snapshot.sees(event) else None
