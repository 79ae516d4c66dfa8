"""What MLflow is told of a bundle, so that the registered model answers without this project."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING

from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.travelling_code import travelling_files
from winprob.models.own_estimator.own_estimator import OwnEstimator
from winprob.models.own_estimator.own_module import own_modules
from winprob.models.own_estimator.store import used_modules

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

LOADER = "winprob.models.bundle.pyfunc"
"""The module that reads the bundle; it travels with the model."""

LIBRARIES = (
    "babel",
    "holidays",
    "lightgbm",
    "numpy",
    "pandas",
    "pydantic",
    "scikit-learn",
    "scipy",
    "tzdata",  # imported by zoneinfo, on machines that bring no time zones
)
"""What the code that travels imports until it has answered."""


def signature(bundle: Bundle) -> ModelSignature:
    """Name and type of what the model takes and gives.

    Returns
    -------
    mlflow.models.ModelSignature
        Columns of any type in, all of which may be left out; a probability out. MLflow would refuse whole
        numbers in a column declared as double, and pandas categories, or texts that are all missing, in one
        declared as string: the model itself takes them all, and refuses a text where a number belongs. Of
        what comes out only the column is declared that always does: Spark would look for the others as well.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema, TensorSpec
    from mlflow.types.schema import AnyType

    features: list[ColSpec | TensorSpec] = [
        ColSpec(AnyType(), feature.name, required=False)  # type: ignore[no-untyped-call]
        for feature in bundle.features
    ]
    return ModelSignature(
        inputs=Schema(features),
        outputs=Schema([ColSpec("double", "probability")]),
        params=ParamSchema([ParamSpec(name, "boolean", False) for name in ("range", "explain")]),
    )


def requirements(bundle: Bundle) -> list[str]:
    """Libraries that a registered model needs beside MLflow, with the versions that run now."""
    libraries = set(LIBRARIES)
    sources = [module.source for module in bundle.playbook.feature_modules]
    if isinstance(bundle.model, OwnEstimator):
        modules = used_modules(bundle.model.estimator)
        libraries |= {"scikit-learn", "shap", "skops", *_libraries(modules)}
        sources += own_modules(modules).values()
    for source in sources:
        libraries |= _libraries(_imports(source)) - {"winprob"}
    return [f"{name}=={version(name)}" for name in sorted(libraries)]


def _imports(source: str) -> Iterator[str]:
    """Name the modules that a module imports."""
    for statement in ast.walk(ast.parse(source)):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module


def _libraries(modules: Iterable[str]) -> set[str]:
    """Name the distributions that modules are of."""
    of_package = packages_distributions()
    packages = {name.partition(".")[0] for name in modules}
    return {of_package[package][0] for package in packages if package in of_package}


def copy_code(folder: Path) -> Path:
    """Lay the code that travels with a model out as it is installed.

    Parameters
    ----------
    folder : pathlib.Path
        Where to.

    Returns
    -------
    pathlib.Path
        The package in it.
    """
    for place, file in travelling_files().items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return folder / "winprob"
