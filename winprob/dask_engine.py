"""What the workers of a Dask cluster do: score partitions, fit models."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from winprob.features.mistake import Mistake
from winprob.features.partitions import Partition
from winprob.models.bundle.bundle import Bundle
from winprob.models.present.partition_scores import PartitionScores, score_partition
from winprob.models.present.score_table import ScoreRequest

if TYPE_CHECKING:
    from distributed import Client, Future

    from winprob.training.learn.fitting import FitMap, FitTask, FittedModel

AHEAD = 2
"""Partitions that each worker has been given at a time: the one that it scores, and the next."""

BundleFiles = tuple[tuple[str, bytes], ...]
"""The files of a bundle: it travels as the text that it is stored as."""


@contextmanager
def cluster(scheduler: str | None) -> Iterator[Client]:
    """Connect to a cluster.

    Parameters
    ----------
    scheduler : str, optional
        Address of a running one, such as ``tcp://10.0.0.5:8786``; a process for each core of this machine if
        left out.

    Yields
    ------
    distributed.Client

    Raises
    ------
    winprob.features.mistake.Mistake
        If nothing answers there.

    Examples
    --------
    ``with cluster("tcp://10.0.0.5:8786") as client: ...``
    """
    from distributed import Client

    try:
        # One thread each: a worker computes, and LightGBM takes one as well.
        client = Client(scheduler) if scheduler else Client(threads_per_worker=1, dashboard_address=None)
    except (OSError, ValueError) as error:
        raise Mistake(
            "--scheduler: expected the address of a running Dask scheduler such as tcp://10.0.0.5:8786, "
            f"found {scheduler}, where none answers ({error}); start one with: dask scheduler"
        ) from error
    with closing(client):
        yield client


def score_by_workers(
    client: Client, bundle: Bundle, partitions: Iterable[Partition], request: ScoreRequest
) -> Iterator[PartitionScores]:
    """Score partitions.

    Parameters
    ----------
    client : distributed.Client
        Of a cluster whose workers read the history's folder under the same path, and have the same winprob.
    bundle : Bundle
    partitions : iterable of Partition
        With their track records at the moment of the request.
    request : ScoreRequest
        Made by `winprob.models.present.score_table.score_request`.

    Yields
    ------
    PartitionScores
        Of each as `winprob.models.present.partition_scores.score_partition` gives it, in their order.
    """
    files = client.scatter(_files(bundle), broadcast=True, hash=False)
    waiting: deque[Future[PartitionScores]] = deque()
    for partition in partitions:
        waiting.append(client.submit(_score, files, partition, request, pure=False))
        if len(waiting) >= AHEAD * max(1, len(client.nthreads())):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def fit_by_workers(client: Client) -> FitMap:
    """Have models fitted.

    Parameters
    ----------
    client : distributed.Client
        Of a cluster whose workers have the same winprob.

    Returns
    -------
    callable
        Takes what fits a model, and tasks; gives the models in their order. Those with most rows are fitted
        first, as they take longest.

    Raises
    ------
    winprob.features.mistake.Mistake
        By the callable, if workers lack the module of an estimator of one's own.

    Examples
    --------
    ``with cluster(None) as client: train(history, fit_map=fit_by_workers(client))``
    """

    def fit_map(fit: Callable[[FitTask], FittedModel], tasks: Iterable[FitTask]) -> Iterator[FittedModel]:
        waiting = deque(
            client.submit(fit, client.scatter(task, hash=False), pure=False, priority=len(task.X))
            for task in tasks
        )
        while waiting:
            try:
                yield waiting.popleft().result()
            except ModuleNotFoundError as error:
                raise Mistake(
                    f"--engine dask: expected the workers to have all modules, found {error}; install it "
                    "where they run, or train without --engine"
                ) from error

    return fit_map


def _files(bundle: Bundle) -> BundleFiles:
    with TemporaryDirectory(prefix="winprob-") as place:
        folder = bundle.save(Path(place, "bundle"))
        return tuple((file.name, file.read_bytes()) for file in sorted(folder.iterdir()))


@cache
def _bundle(files: BundleFiles) -> Bundle:
    """The bundle, read once in each worker."""
    with TemporaryDirectory(prefix="winprob-") as place:
        for name, content in files:
            Path(place, name).write_bytes(content)
        return Bundle.load(place)


def _score(files: BundleFiles, partition: Partition, request: ScoreRequest) -> PartitionScores:
    return score_partition(_bundle(files), partition, request)
