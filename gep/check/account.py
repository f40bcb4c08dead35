"""What every account must pass, as a list that anyone can run on one of their own:
``check_account(account)``.

Equal accounts are equal however they travel, the values of a year add up to the total, the ledger
is the same bytes each time, and nothing that an account hands out can change it:
:func:`unchangeable` walks through every public attribute and tries.
"""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from functools import partial, singledispatch
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.account import Account
from gep.core.errors import Problem
from gep.core.output import csv_text
from gep.core.source import named

DEPTH = 9  # steps from an account to what is looked at
FIRST = 3  # items of a row of things that are looked at
PROBE = "a key that nobody has"
Get = Callable[[], Any]


def equal(account: Account) -> Iterator[str]:
    """It is equal to itself made anew, and to nothing else; equal accounts have one hash."""
    again = replace(account)
    if again != account or hash(again) != hash(account) or again.record != account.record:
        yield "is another account when it is made anew"
    if account == account.digest:
        yield "is equal to a text"


def travels(account: Account) -> Iterator[str]:
    """Pickled, copied and deeply copied it is the same account with the same ledger."""
    ways: dict[str, Callable[[Account], Account]] = {
        "pickle": lambda a: pickle.loads(pickle.dumps(a)),
        "copy": copy.copy,
        "deepcopy": copy.deepcopy,
    }
    for name, way in ways.items():
        other = way(account)
        if other != account or hash(other) != hash(account):
            yield f"is another account after {name}"
        if csv_text(other.ledger) != csv_text(account.ledger):
            yield f"has another ledger after {name}"


def shown(account: Account) -> Iterator[str]:
    """Its ``repr`` is one line that counts warnings and what is left out."""
    text = repr(account)
    if "\n" in text:
        yield "shows itself in several lines"
    for count, of in ((len(account.warnings), "warning"), (len(account.total.left_out), "left")):
        if count and f"{count} {of}" not in text:
            yield f"does not show {count} {of}"


def sums(account: Account) -> Iterator[str]:
    """For every year the sum of ``value`` in the ledger is the total of that year."""
    ledger = account.ledger
    for year, total in account.by("year").items():
        values = ledger.loc[ledger["year"] == year, "value"].dropna()
        added = math.fsum(values) if len(values) else math.nan
        if not np.isclose(added, total, rtol=1e-9, atol=0, equal_nan=True):
            yield f"has values of {added:.6g} in {year}, and a total of {total:.6g}"


def steady(account: Account) -> Iterator[str]:
    """The ledger, the JSON and the digests are the same bytes each time."""
    if _snapshot(replace(account)) != _snapshot(account):
        yield "is written in other bytes the second time"


def plain(account: Account) -> Iterator[str]:
    """Its JSON is JSON: no number that is none, and the same summary."""
    none: list[str] = []  # NaN and infinities, which JSON does not have
    data = json.loads(account.to_json(), parse_constant=none.append)
    if none:
        yield f"has numbers in its JSON that are none: {', '.join(sorted({*none}))}"
    if {k: data[k] for k in ("digest", "record")} != {
        "digest": account.digest,
        "record": account.record,
    }:
        yield "has other digests in its JSON"


def unchangeable(account: Account) -> Iterator[str]:
    """Nothing reached by its public attributes can be changed, or only a copy is."""
    before = _snapshot(replace(account))
    for path, get in _reached(account):
        yield from (f"{path} {why}" for why in changed(get(), get))
    if _snapshot(replace(account)) != before:
        yield "was changed from outside"


Check = Callable[[Account], Iterable[str]]
ACCOUNT_CHECKS: Mapping[str, Check] = {
    c.__name__: c for c in (equal, travels, shown, sums, steady, plain, unchangeable)
}


def check_account(account: Account) -> list[Problem]:
    """Run every check of :data:`ACCOUNT_CHECKS` on one account.

    Returns
    -------
    list of Problem
        Empty if the account conforms.

    >>> import gep
    >>> check_account(gep.compute({"water_retention.value": "5 CNY"}, year=2020))
    []
    """
    found = []
    for name, check in ACCOUNT_CHECKS.items():
        for why in check(account):
            values = {"check": name, "why": why}
            found.append(Problem(f"check.{name}", named(repr(account)), **values))
    return found


def _snapshot(account: Account) -> tuple[str, str]:
    """What an account says of itself."""
    return account.to_json(), repr(account)


def _reached(root: object) -> Iterator[tuple[str, Get]]:
    """Everything that public attributes lead to, with its path and a way to get it anew."""
    todo: list[tuple[str, Get, int]] = [("account", lambda: root, 0)]
    seen: set[tuple[int, str]] = set()
    while todo:
        path, get, depth = todo.pop()
        here = get()
        key = (id(here), type(here).__name__)
        if key in seen:
            continue
        seen.add(key)
        yield path, get
        if depth < DEPTH:
            todo += [(f"{path}{step}", further, depth + 1) for step, further in _steps(here, get)]


def _steps(here: Any, get: Get) -> Iterator[tuple[str, Get]]:
    """What one thing leads to."""
    if isinstance(here, Mapping):
        for key in islice(here, FIRST):
            yield f"[{key!r}]", partial(lambda get, key: get()[key], get, key)
        return
    if isinstance(here, tuple | list):
        for n in range(min(len(here), FIRST)):
            yield f"[{n}]", partial(lambda get, n: get()[n], get, n)
    if _ours(here):
        for name in dir(here):
            if not name.startswith("_") and not callable(getattr(here, name, None)):
                yield f".{name}", partial(lambda get, name: getattr(get(), name), get, name)


def _ours(value: object) -> bool:
    """Whether a thing is of a class of ours; words of a closed list are no things."""
    return type(value).__module__.startswith("gep.") and not isinstance(value, Enum)


@singledispatch
def changed(value: Any, get: Get) -> Iterator[str]:
    """In what way a thing can be changed, seen by getting it anew; an object of ours by setting its
    attributes.
    """
    if not _ours(value):
        return
    for name in (*(n for n in dir(value) if not n.startswith("_")), "new"):
        old = getattr(value, name, None)
        if callable(old) or isinstance(getattr(type(value), name, None), property):
            continue
        try:
            setattr(value, name, old)
        except (AttributeError, TypeError):
            continue
        yield f"lets '{name}' be set"


@changed.register(dict)
def _(value: dict[Any, Any], get: Get) -> Iterator[str]:
    try:
        value[PROBE] = 1
    except TypeError:
        return
    if PROBE in get():
        yield "takes a new key"
    value.pop(PROBE, None)


@changed.register(list)
@changed.register(set)
def _(value: Any, get: Get) -> Iterator[str]:
    (value.append if isinstance(value, list) else value.add)(PROBE)
    if PROBE in get():
        yield "takes a new item"
    value.remove(PROBE)


@changed.register
def _(value: np.ndarray, get: Get) -> Iterator[str]:
    if value.flags.writeable and value.size and np.shares_memory(value, get()):
        yield "holds numbers that can be written"


@changed.register
def _(value: xr.DataArray, get: Get) -> Iterator[str]:
    value.attrs[PROBE] = 1
    if PROBE in get().attrs:
        yield "takes a new attribute"
    yield from changed(value.values, lambda: get().values)
    for name in value.coords:
        yield from changed(value[name].values, partial(lambda name: get()[name].values, name))
    try:
        value.values = np.zeros_like(value.values)
    except (ValueError, TypeError):
        return
    if value.identical(get()) and value.size and value.values.any():
        yield "takes other numbers"


@changed.register
def _(value: xr.Dataset, get: Get) -> Iterator[str]:
    for name in value.data_vars:
        yield from changed(value[name], partial(lambda name: get()[name], name))
    value[PROBE] = 1
    if PROBE in get():
        yield "takes a new variable"


@changed.register
def _(value: xr.Variable, get: Get) -> Iterator[str]:
    yield from changed(value.values, lambda: get().values)


@changed.register(pd.DataFrame)
@changed.register(pd.Series)
def _(value: Any, get: Get) -> Iterator[str]:
    before = get().copy()
    value.attrs[PROBE] = 1
    value.iloc[:] = value.iloc[::-1].to_numpy()
    if not before.equals(get()) or PROBE in get().attrs:
        yield "is the frame that the account goes on using"
