"""Features: from a CRM's history to what was known of each opportunity at each moment.

>>> import features
>>> features.load_playbook().stage_codes
('target', 'qualified', 'shortlisted', 'intent', 'near_won')
"""

from features.breach import InvalidHistory
from features.build import build, catalogue
from features.history import Attribute, History
from features.playbook import InvalidPlaybook, Playbook, load_playbook
from features.reading import read

__all__ = [
    "Attribute",
    "History",
    "InvalidHistory",
    "InvalidPlaybook",
    "Playbook",
    "build",
    "catalogue",
    "load_playbook",
    "read",
]
