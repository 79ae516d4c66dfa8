"""What is known of features that may know the ending, as it stays with a model."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Finding(BaseModel):
    """A feature that seems to know the ending.

    Attributes
    ----------
    code : str
        Stable: a code keeps its meaning, and is not used again for another.
    name : str
        What the code stands for.
    feature : str
        Column of the matrix.
    evidence : str
        In numbers, counting opportunities and not their rows.

    Examples
    --------
    >>> print(Finding(code="L002", name="knows_the_ending", feature="attribute.price", evidence="AUC 0.99"))
    L002 knows_the_ending, attribute.price: AUC 0.99
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    feature: str
    evidence: str

    def __str__(self) -> str:
        """One line that says it all."""
        return f"{self.code} {self.name}, {self.feature}: {self.evidence}"


class Leaks(BaseModel):
    """What became of the search for features that know the ending.

    Attributes
    ----------
    allowed : tuple of Finding
        What was found and allowed by name: the model learned from these features all the same.
    not_applicable : dict of str to str
        By code why it could not be looked for. That is no clean bill: nothing is known.
    left_out : tuple of str
        Columns that the model did not learn from, since they become known only at closing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed: tuple[Finding, ...] = ()
    not_applicable: dict[str, str] = {}
    left_out: tuple[str, ...] = ()

    @property
    def codes_by_feature(self) -> dict[str, str]:
        """For each feature that was allowed, the codes of what was found.

        Examples
        --------
        >>> found = {"name": "", "feature": "attribute.price", "evidence": ""}
        >>> Leaks(allowed=(Finding(code="L001", **found), Finding(code="L002", **found))).codes_by_feature
        {'attribute.price': 'L001, L002'}
        """
        codes: dict[str, list[str]] = {}
        for finding in self.allowed:
            codes.setdefault(finding.feature, []).append(finding.code)
        return {feature: ", ".join(found) for feature, found in codes.items()}
