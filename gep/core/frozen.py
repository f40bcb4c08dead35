"""What is handed out and cannot be changed: mappings, arrays, and things that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A mapping that is made once: read like a dict, written to JSON like one, never changed.

    >>> prices = Frozen({"reservoir_cost": 6.11})
    >>> prices["reservoir_cost"], prices == {"reservoir_cost": 6.11}
    (6.11, True)
    >>> prices["reservoir_cost"] = 0
    Traceback (most recent call last):
    TypeError: this mapping cannot be changed; dict(…) of it is a copy that can
    """

    def _no(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping cannot be changed; dict(…) of it is a copy that can")

    __setitem__ = __delitem__ = __ior__ = _no
    clear = pop = popitem = setdefault = update = _no

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none, as it can change
        return hash(frozenset(self.items()))

    def __copy__(self) -> Frozen[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Frozen[K, V]:
        from copy import deepcopy

        return Frozen(deepcopy(dict(self), memo))

    def __reduce__(self) -> tuple[type[Frozen[K, V]], tuple[dict[K, V]]]:
        return Frozen, (dict(self),)


def frozen(value: Any) -> Any:
    """Plain data in which nothing can be changed: mappings, lists and sets in one another.

    >>> frozen({"years": [2020], "of": {"a": 1}})
    {'years': (2020,), 'of': {'a': 1}}
    """
    if isinstance(value, Mapping):
        return Frozen({key: frozen(inner) for key, inner in value.items()})
    if type(value) in (list, tuple):
        return tuple(map(frozen, value))
    return frozenset(value) if isinstance(value, set) else value


def freeze(of: object, *names: str) -> None:
    """Freeze some fields of a frozen dataclass while it is made."""
    for name in names:
        object.__setattr__(of, name, frozen(getattr(of, name)))


class Fixed:
    """A text or a number with attributes that nobody can set."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")


class ReadOnly:
    """A dataclass whose arrays nobody can write into, nor into those of a copy of it."""

    def __post_init__(self) -> None:
        read_only(*self.__dict__.values())

    def __setstate__(self, state: dict[str, Any]) -> None:  # arrays that were pickled are new
        self.__dict__.update(state)
        read_only(*state.values())


def read_only(*data: Any) -> None:
    """Let nobody write into the numbers and the labels of some arrays."""
    import numpy as np  # not for who asks for a version, or meets an error
    import xarray as xr

    for one in data:
        if isinstance(one, np.ndarray):
            one.flags.writeable = False
        elif isinstance(one, xr.Variable):
            read_only(one._data)
        elif isinstance(one, xr.DataArray | xr.Dataset):
            variables = one.variables if isinstance(one, xr.Dataset) else {"": one.variable}
            read_only(*variables.values(), *(index.values for index in one.indexes.values()))
