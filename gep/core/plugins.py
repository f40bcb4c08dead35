"""What other packages bring: services, standards and legends, found by the entry points that they
declare.

A package says in its ``pyproject.toml``::

    [project.entry-points."gep.indicators"]
    pollination = "my_package.pollination:INDICATOR"

Entry points are read when a group is first looked up, never when gep is imported. What cannot be
loaded is one problem, and the rest works; of two with one id the first stands and the other is a
problem that names both packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from gep.core.errors import GepError, Problem
from gep.core.extras import OURS
from gep.core.source import Source, named

T = TypeVar("T")
Group = Literal["gep.indicators", "gep.standards", "gep.legends"]


@dataclass(frozen=True)
class Plugin(Generic[T]):
    """One thing that another package brings; ``distribution`` is empty where it was registered by
    hand.
    """

    group: Group
    id: str
    distribution: str
    version: str
    thing: T

    @property
    def package(self) -> str:
        """The package and its version, as people write them."""
        return f"{self.distribution} {self.version}".strip() or "register()"


class Used(NamedTuple):
    """A plug-in that an account rests on."""

    group: Group
    id: str
    distribution: str  # empty where it was registered by hand
    version: str


class Found(NamedTuple, Generic[T]):
    """What other packages bring of one group, and what is wrong with it."""

    plugins: tuple[Plugin[T], ...] = ()
    problems: tuple[Problem, ...] = ()

    def used(self, ids: Iterable[str]) -> Iterator[Used]:
        """Those of some ids."""
        wanted = set(ids)
        for p in self.plugins:
            if p.id in wanted:
                yield Used(p.group, p.id, p.distribution, p.version)


class _Loaded(NamedTuple):
    """An entry point as it was loaded, or why it was not."""

    plugin: Plugin[Any]
    why: str = ""


_registered: list[Plugin[Any]] = []  # by hand, in this process


def by_hand(plugin: Plugin[Any]) -> None:
    """Add what stands in no entry point, for this process."""
    _registered.append(plugin)


def place(group: Group, id: str) -> Source:
    """Where a problem of a plug-in is."""
    return named(group, id)


def clash(plugin: Plugin[Any], first: str) -> Problem:
    """That a package brings an id which another one has."""
    values = {"id": plugin.id, "first": first, "other": plugin.package}
    return Problem("plugin.clash", place(plugin.group, plugin.id), **values)


def found(
    group: Group, taken: Iterable[str], made: Callable[[str, Any], tuple[str, T]]
) -> Found[T]:
    """What other packages bring of a group.

    Parameters
    ----------
    group : str
        ``gep.indicators``, ``gep.standards`` or ``gep.legends``.
    taken : iterable of str
        Ids that ship.
    made : function of a name and what was loaded
        Its id and what is used; raises ``GepError`` or ``TypeError`` where it is of another kind.
    """
    first = dict.fromkeys(taken, OURS)
    plugins: list[Plugin[T]] = []
    problems: list[Problem] = []
    for loaded in (*_entry_points(group), *(_Loaded(p) for p in _registered if p.group == group)):
        plugin, why = _checked(loaded, made)
        if why:
            problems.append(_broken(plugin, why))
        elif plugin.id in first:
            problems.append(clash(plugin, first[plugin.id]))
        else:
            first[plugin.id] = plugin.package
            plugins.append(plugin)
    return Found(tuple(plugins), tuple(problems))


def _checked(loaded: _Loaded, made: Callable[[str, Any], tuple[str, T]]) -> tuple[Plugin[T], str]:
    """A plug-in with its id and what is used of it, and what is wrong with it."""
    plugin = loaded.plugin
    if loaded.why:
        return plugin, loaded.why
    try:
        id, thing = made(plugin.id, plugin.thing)
    except (GepError, TypeError, ValueError, OSError) as error:
        return plugin, _why(error)
    return replace(plugin, id=id, thing=thing), ""


def _broken(plugin: Plugin[Any], why: str) -> Problem:
    values = {"package": plugin.package, "distribution": plugin.distribution, "why": why}
    return Problem("plugin.broken", place(plugin.group, plugin.id), **values)


def _why(error: BaseException) -> str:
    """What went wrong in a package of others, in one line."""
    faults = [f"{p.where}: {p.what}" for p in error.problems] if isinstance(error, GepError) else []
    return "; ".join(faults) or f"{type(error).__name__}: {error}"


@cache
def _entry_points(group: Group) -> tuple[_Loaded, ...]:
    """The entry points of a group, loaded once, by the name of their package."""
    points = metadata.entry_points(group=group)
    return tuple(sorted(_loaded(group, points), key=lambda x: (x.plugin.package, x.plugin.id)))


def _loaded(group: Group, points: Iterable[metadata.EntryPoint]) -> Iterator[_Loaded]:
    for point in points:
        package = point.dist
        name, version = (package.name, package.version) if package else ("", "")
        plugin: Plugin[Any] = Plugin(group, point.name, name, version, None)
        try:
            yield _Loaded(replace(plugin, thing=point.load()))
        except (Exception, SystemExit) as error:  # whatever the code of others does at import
            yield _Loaded(plugin, _why(error))
