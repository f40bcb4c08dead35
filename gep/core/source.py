"""Where something stands: a :class:`Source` is a place as data; its text is made when it is shown,
in either language.

Not to be confused with the citation of a figure, which is the text of its column ``source``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from gep.core.messages import Both, told


@dataclass(frozen=True, slots=True)
class Source:
    """A place: in a file, in a value given from Python, or in the account itself.

    ``file`` with ``line`` and ``column`` is a row of a table; with ``sheet`` and ``cell`` a cell of
    a form; with ``layer`` and ``band`` a map. ``key`` is a name, the outer one first where names
    lie in one another (``("methods", "oxygen_release")``). ``labels``, pairs of dimension and
    label, tell the cells of one key apart; without a key they say what of the account is meant.

    The text leaves out the band, a column that is of no line, and the labels beside a key: whatever
    is said of a figure says its labels too.

    >>> print(Source("inputs.csv", line=7).at("unit"))
    inputs.csv, line 7, column unit
    >>> Source("inputs.csv", line=7, column="unit").told("zh")
    'inputs.csv 第7行 unit列'
    >>> print(Source("water.xlsx", sheet="表1", cell="B7"))
    water.xlsx, 表1, B7
    >>> print(named("area", ecosystem="forest"), Source("account.toml").under("price_year"))
    area account.toml, price_year
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    line: int | None = None
    column: str = ""
    layer: str = ""
    band: int | None = None
    key: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    def at(self, column: str) -> Self:
        """A column of the same line, or that part of a figure; a cell has none and stays."""
        return self if self.cell else replace(self, column=column)

    def under(self, *key: str) -> Self:
        """A name in the same place."""
        return replace(self, key=(*self.key, *key))

    def parts(self) -> Iterator[tuple[str, str]]:
        """What its text is made of, from the outside in: kind (a field, or a dimension) and text.

        >>> list(Source("rasters.toml", layer="rain", key=("ignore",)).parts())
        [('file', 'rasters.toml'), ('layer', 'rain'), ('key', 'ignore')]
        """
        for name in ("file", "sheet", "cell", "layer"):
            if text := getattr(self, name):
                yield name, text
        for text in self.key:
            yield "key", text
        if not self.key:
            yield from self.labels

    def told(self, lang: str) -> str:
        """Its text in a language."""
        if self.line is None:
            return ", ".join(told(text, lang) for _, text in self.parts())
        if lang == "zh":
            return f"{self.file} 第{self.line}行" + (f" {self.column}列" if self.column else "")
        return f"{self.file}, line {self.line}" + (f", column {self.column}" if self.column else "")

    def both(self) -> Both:
        """Its text in both languages, to stand inside a sentence."""
        return Both(self.told("en"), self.told("zh"))

    def __str__(self) -> str:
        return self.told("en")

    def __bool__(self) -> bool:
        return self != NOWHERE

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; null where there is none.

        >>> Source("inputs.csv", line=7).to_dict()["sheet"] is None
        True
        """
        plain = {name: value if value != "" else None for name, value in asdict(self).items()}
        key, labels = map(str, self.key), map(list, self.labels)
        return plain | {"key": list(key) or None, "labels": list(labels) or None}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Source:
        """A place as :meth:`to_dict` wrote it; other keys are passed over.

        >>> Source.from_dict(named("area", year=2020).to_dict()) == named("area", year=2020)
        True
        """
        known = {name: data[name] for name in cls.__slots__ if data.get(name) is not None}
        tuples = {
            "key": tuple(known.get("key", ())),
            "labels": tuple((str(d), str(x)) for d, x in known.get("labels", ())),
        }
        return Source(**(known | tuples))


NOWHERE = Source()


def named(*key: str, **labels: object) -> Source:
    """A place that has a name and no file: an argument, a value from Python, a service.

    >>> named("area", ecosystem="forest").labels
    (('ecosystem', 'forest'),)
    """
    return Source(key=key, labels=tuple((d, str(x)) for d, x in labels.items()))


def cell_of(component: str, **labels: object) -> Source:
    """A component of the account, or those of its figures that have these labels.

    >>> print(cell_of("air_purification.so2", year=2020))
    air_purification.so2, 2020
    """
    return named(component=component, **labels)


def several(dimension: str, names: Iterable[str]) -> Source:
    """Several things of a kind side by side.

    >>> print(several("component", ["tourism", "soil_retention"]))
    tourism, soil_retention
    """
    return Source(labels=tuple((dimension, str(name)) for name in names))
