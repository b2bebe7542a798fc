"""What the knowledge holds about the drugs and reactions of a table, by their names.

Many names mean the same to the rules: those of a substance, and all that nobody has heard of. A
number stands for each distinct meaning, so that rows with equal numbers have equal answers.
"""

from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from causality.case.model import Case, Drug, Reaction
from causality.evidence.lookups import DrugLookup, ReactionLookup
from causality.evidence.prior_knowledge import PublishedKnowledge
from causality.evidence.windows import Windows, washout
from causality.evidence.withdrawal import RecoveryWindow
from causality.knowledge.base import Knowledge


@dataclass(frozen=True)
class Pair:
    """What the knowledge says about one drug and one reaction as of a day."""

    drug: DrugLookup
    reaction: ReactionLookup
    published: PublishedKnowledge
    windows: Windows

    @cached_property
    def washout(self) -> int:
        """Return after how many days without the drug a new start is a re-exposure."""
        return washout(self.windows.half_life_days)

    @cached_property
    def recovery(self) -> RecoveryWindow:
        """Return the days within which a recovery is expected."""
        return self.reaction.recovery(self.washout)


class Names:
    """The meanings of the drugs and reactions met so far."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.drugs: list[str] = []  # a name for each distinct meaning
        self.reactions: list[str] = []
        self._drugs: dict[object, int] = {}
        self._reactions: dict[object, int] = {}
        self._lookups: dict[tuple[int, int], tuple[DrugLookup, ReactionLookup]] = {}
        self._lock = Lock()

    def drug(self, name: str) -> int:
        """Return the number of what a drug's name means."""
        record = self.knowledge.drug(name)
        classes = self.knowledge.classes_of(record, name)
        meaning = (record.name_en if record else None, frozenset(classes))
        return self._number(meaning, name, self._drugs, self.drugs)

    def reaction(self, name: str) -> int:
        """Return the number of what a reaction's name means."""
        return self._number(
            self.knowledge.reaction_key(name), name, self._reactions, self.reactions
        )

    def _number(
        self, meaning: object, name: str, known: dict[object, int], names: list[str]
    ) -> int:
        with self._lock:
            if meaning not in known:
                names.append(name)
                known[meaning] = len(names) - 1
            return known[meaning]

    def known_reaction(self, reaction: int) -> bool:
        """Tell whether the knowledge holds a reaction."""
        return self.knowledge.reaction_key(self.reactions[reaction]) is not None

    def lookups(self, drug: int, reaction: int) -> tuple[DrugLookup, ReactionLookup]:
        """Return what the knowledge says about a drug and about a reaction."""
        found = self._lookups.get((drug, reaction))
        if found is None:
            # Not validated: a cell may be of any length, and an empty one is rejected elsewhere.
            case = Case.model_construct(
                case_id="row",
                drugs=(Drug.model_construct(id="drug", name=self.drugs[drug]),),
                reactions=(Reaction.model_construct(id="reaction", term=self.reactions[reaction]),),
            )
            found = (
                DrugLookup(case, case.drugs[0], self.knowledge),
                ReactionLookup(case, case.reactions[0], self.knowledge),
            )
            self._lookups[drug, reaction] = found
        return found

    def pair(self, drug: int, reaction: int, day: int | None, conventions: dict[str, str]) -> Pair:
        """Return what the knowledge says about a pair as of a day."""
        about_drug, about_reaction = self.lookups(drug, reaction)
        published = about_drug.published(about_reaction, day)
        windows = about_drug.windows(about_reaction, published, conventions)
        return Pair(about_drug, about_reaction, published, windows)
