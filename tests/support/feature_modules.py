"""Modules of a company's own features."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from bundles import simulated_history

from winprob.features.company_features import with_features
from winprob.features.feature_module import FeatureModule
from winprob.features.history import History
from winprob.training.fit import Trained, train

HEAD = '''
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.catalogue import Family
from winprob.features.message import Verbatim
from winprob.features.view import Table, View

FAMILY = Family("service", Verbatim("service", {"zh": "服务"}), View)


@dataclass
class Note:
    """Something that looks its module up."""

    text: str = ""
'''

CONTACTS = '''

@FAMILY.feature(Verbatim("contacts of the week", {"zh": "一周联系"}))
def contacts_of_the_week(view: View) -> np.ndarray:
    """Contacts in the seven days before."""
    return view.as_of(Table(view.history, "activities")).within(7)
'''

LETTER = '''

@FAMILY.feature(Verbatim("first letter of the region", {"zh": "区域首字母"}), kind="category")
def region_letter(view: View) -> pd.Categorical:
    """First letter of the region."""
    return pd.Categorical([text and text[0] for text in view.text("region")])
'''

MODULE = FeatureModule("my_features", HEAD + CONTACTS + LETTER)


def module(*parts: str, name: str = "my_features") -> FeatureModule:
    """A module with these parts behind its head."""
    return FeatureModule(name, HEAD + "".join(parts))


def computing(body: str, kind: str = "number") -> FeatureModule:
    """A module whose one feature is computed so."""
    decorator = f'@FAMILY.feature(Verbatim("odd"), kind="{kind}")'
    return module(f'\n\n{decorator}\ndef odd(view):\n    """Odd."""\n    {body}\n')


def write(folder: Path, found: FeatureModule = MODULE) -> Path:
    """The module as a file."""
    file = folder / f"{found.name}.py"
    file.write_text(found.source, encoding="utf-8")
    return file


def history_with(folder: Path, found: FeatureModule = MODULE) -> History:
    """The simulated history, with the features of a file."""
    return with_features(simulated_history(), write(folder, found))


@cache
def trained_with_features() -> Trained:
    """A model of the simulated history that learned from features of its company."""
    history = simulated_history()
    return train(replace(history, playbook=history.playbook.with_features((MODULE,))))
