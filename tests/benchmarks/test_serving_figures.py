"""The table, the ratios and the goals, from figures by hand."""

from __future__ import annotations

import pytest

from benchmarks.load_tool import Measured
from benchmarks.serving_figures import Faster, Figure, Within, goals, ratios, table

FIGURES = [
    Figure("full answer", 1, 1, 1200.0, 0.8, 1.0, 1.5),
    Figure("full answer", 1, 8, 900.0, 8.0, 9.0, 12.0),
    Figure("full answer", 1, None, 600.0, 0.9, 2.0, 12.5),
    Figure("full answer", 500, 1, 4.0, 250.0, 260.0, 300.0),
    Figure("mlflow explained", 1, 1, 200.0, 5.0, 6.0, 7.0),
    Figure("mlflow explained", 1, 8, 300.0, 26.0, 30.0, 40.0),
    Figure("mlflow explained", 1, None, 150.0, 6.0, 7.0, 8.0),
    Figure("mlflow explained", 500, 1, 8.0, 125.0, 130.0, 140.0),
    Figure("MLServer plain", 1, 1, 600.0, 1.6, 2.0, 3.0),
]


def test_a_figure_sums_up_what_was_measured() -> None:
    measured = Measured([0.001 * number for number in range(1, 102)], seconds=2.0)
    assert Figure.of("full answer", 1, 8, measured) == Figure(
        "full answer", 1, 8, 50.5, *map(pytest.approx, (51.0, 96.0, 100.0))
    )


def test_the_table_has_a_row_for_each_figure() -> None:
    head, _, *rows = table(FIGURES)
    assert head == "| server | documents | connections | requests/s | p50 ms | p95 ms | p99 ms |"
    assert rows[0] == "| full answer | 1 | 1 | 1,200.0 | 0.8 | 1.0 | 1.5 |"
    assert rows[2] == "| full answer | 1 | half load | 600.0 | 0.9 | 2.0 | 12.5 |"
    assert str(Figure("full answer", 500, 8, 0.0621, 1, 2, 3)).startswith(
        "| full answer | 500 | 8 | 0.0621 |"
    )
    assert len(rows) == len(FIGURES)


def test_ratios_are_of_the_same_load_and_empty_where_a_peer_was_not_measured() -> None:
    head, _, *rows = ratios(FIGURES, ["full answer"])
    assert head.endswith("| mlflow explained | MLServer plain |")
    assert rows == [
        "| full answer | 1 | 1 | 6 | 2 |",
        "| full answer | 1 | 8 | 3 |  |",
        "| full answer | 500 | 1 | 0.5 |  |",
    ]


def test_goals_are_met_or_miss_by_a_gap_or_were_not_measured() -> None:
    asked = [
        Faster("full answer", 3, "mlflow explained"),
        Faster("full answer", 4, "mlflow explained"),
        Faster("brief answer", 10, "mlflow explained"),
        Within("p99 at half load", "full answer", 1, None, "p99", 10),
        Within("500 documents", "full answer", 500, 1, "p50", 400),
        Within("500 documents", "brief answer", 500, 1, "p50", 400),
    ]
    assert list(goals(FIGURES, asked))[2:] == [
        "| full answer >= 3 x mlflow explained | 3 x | met |",
        "| full answer >= 4 x mlflow explained | 3 x | gap: 1.33 times too slow |",
        "| brief answer >= 10 x mlflow explained | not measured |  |",
        "| p99 at half load < 10 ms | 12.5 ms | gap: 1.25 times too slow |",
        "| 500 documents < 400 ms | 250.0 ms | met |",
        "| 500 documents < 400 ms | not measured |  |",
    ]
