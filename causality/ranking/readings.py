"""What a time in one state of a drug and a condition tells (rules of this project).

Each time is read by what the two explanations predict of it: the drug predicts episodes only while
it is taken, the condition only while it is active. Where both predict the same, the time does not
discriminate; a drug that treats the condition takes away both causes at once, so the remission
under it says nothing (reference 1.6, the reasoning trap). The telling times are those of active
disease without the drug (same place). That no episode was reported is silence, and is read "as far
as reported". A time under the drug without an episode speaks only weakly against it, and not at all
under desensitisation or cover or when it is shorter than the reaction took to come (rule 3). Nor
does active disease alone tell anything in a time that is certainly shorter than that, nor the days
of an acute cause before the drug: an infection brings the reaction days after it began.
"""

from collections.abc import Mapping
from typing import Literal

Towards = Literal["drug", "condition", "neither"]


READINGS: Mapping[str, Towards | None] = {
    "off_active_none": "drug",
    "off_active_episode": "condition",
    "on_inactive_episode": "drug",
    "on_inactive_none": "condition",
    "off_inactive_episode": "neither",
    "drug_treats_condition": None,
    "drug_treats_reaction": None,
    "under_protocol": None,
    "shorter_than_latency": None,
    "acute_cause": None,
    "on_active_episode": None,
    "on_active_none": None,
    "off_inactive_none": None,
    "reaction_may_go_on": None,
    "episode_uncertain": None,
    "time_uncertain": None,
    "no_time": None,
    "state_unknown": None,
}
"""The code of every reading and what it speaks for; None: it does not discriminate."""
