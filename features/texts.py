"""A column of text as positions in its vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import pandas as pd

from winprob.features.timeline import Flags, Integers


@dataclass(frozen=True, eq=False)
class Texts:
    """A column of text.

    Attributes
    ----------
    codes : numpy.ndarray of int64, shape (n,)
        Positions in `levels`; -1 where nothing is recorded.
    levels : tuple of str
        The different texts, sorted.

    Examples
    --------
    >>> texts = Texts.of(["b", None, "a", "b"])
    >>> texts.codes.tolist(), texts.levels
    ([1, -1, 0, 1], ('a', 'b'))
    """

    codes: Integers
    levels: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[str | None]) -> Texts:
        """Make a column of texts; missing as None."""
        levels = tuple(sorted({value for value in values if value is not None}))
        position = {level: place for place, level in enumerate(levels)}
        codes = [-1 if value is None else position[value] for value in values]
        return cls(np.array(codes, np.int64), levels)

    @classmethod
    def of_pandas(cls, values: pd.Series | pd.Categorical) -> Texts:
        """Make a column of a pandas one."""
        found = pd.Categorical(values)
        # One by one out of an array of Arrow, levels take several times as long.
        levels = found.categories.to_numpy(dtype=object)
        return cls(found.codes.astype(np.int64), tuple(map(str, levels)))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.codes)

    def __iter__(self) -> Iterator[str | None]:
        """Give the texts; None where nothing is recorded."""
        return iter(self.tolist())

    def tolist(self) -> list[str | None]:
        """Give the texts; None where nothing is recorded."""
        told = [*self.levels, None]
        return [told[code] for code in self.codes.tolist()]

    def take(self, rows: Integers) -> Texts:
        """Take rows by position; a negative one is missing."""
        return Texts(np.append(self.codes, -1)[np.where(rows < 0, -1, rows)], self.levels)

    def compact(self) -> Texts:
        """The same texts, without levels that no row has.

        Examples
        --------
        >>> Texts(np.array([2, -1, 0]), ("a", "b", "c")).compact()
        Texts(codes=array([ 1, -1,  0]), levels=('a', 'c'))
        """
        used = np.zeros(len(self.levels) + 1, bool)
        used[self.codes] = True
        if used[:-1].all():
            return self
        position = np.cumsum(used) - 1
        position[-1] = -1
        return Texts(position[self.codes], tuple(compress(self.levels, used[:-1].tolist())))

    def followed_by(self, other: Texts) -> Texts:
        """The rows of both columns, those of the other at the end."""
        if self.levels == other.levels:
            return Texts(np.concatenate([self.codes, other.codes]), self.levels)
        levels = tuple(sorted({*self.levels, *other.levels}))
        return Texts(np.concatenate([self.positions(levels), other.positions(levels)]), levels)

    def filled(self, text: str) -> Texts:
        """The same with a text where nothing is recorded.

        Examples
        --------
        >>> Texts.of(["b", None]).filled("").tolist()
        ['b', '']
        """
        levels = tuple(sorted({*self.levels, text}))
        codes = self.positions(levels)
        return Texts(np.where(codes < 0, levels.index(text), codes), levels)

    def equal_to(self, text: str) -> Flags:
        """Tell which rows have a text.

        Examples
        --------
        >>> Texts.of(["won", None, "lost"]).equal_to("won").tolist()
        [True, False, False]
        """
        flags: Flags = self.positions([text]) == 0
        return flags

    def positions(self, choices: Sequence[str]) -> Integers:
        """Find the texts in a list.

        Parameters
        ----------
        choices : sequence of str
            The list.

        Returns
        -------
        numpy.ndarray of int64
            Positions in it; -1 where the text is missing or not in the list.

        Examples
        --------
        >>> Texts.of(["b", None, "c"]).positions(["a", "b"]).tolist()
        [1, -1, -1]
        """
        position = {choice: number for number, choice in enumerate(choices)}
        return np.array([*(position.get(level, -1) for level in self.levels), -1], np.int64)[self.codes]

    def to_pandas(self) -> pd.Categorical:
        """Give the column to people who work with pandas."""
        return pd.Categorical.from_codes(self.codes, categories=pd.Index(self.levels, dtype="str"))
