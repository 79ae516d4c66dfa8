"""A company of a few opportunities, simulated and trained with the real verbs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.served_company import MOST, served_company
from winprob.features.build import build
from winprob.features.checking import read_document
from winprob.features.record import history_of, snapshots_of
from winprob.models.registry.tracking_uri import database_file


@pytest.mark.long
def test_documents_and_rows_are_of_the_same_opportunities(tmp_path: Path) -> None:
    company = served_company(tmp_path, opportunities=200)
    assert 0 < len(company.documents) == len(company.matrix) <= MOST
    file = database_file(company.registry)
    assert file is not None
    assert file.is_file()
    playbook, attributes = company.history.playbook, company.history.attributes
    documents = [read_document(document, playbook, attributes) for document in company.documents]
    features = build(history_of(documents, playbook, attributes), snapshots=snapshots_of(documents))
    pd.testing.assert_frame_equal(
        features.reset_index(drop=True), company.matrix.reset_index(drop=True), check_categorical=False
    )
