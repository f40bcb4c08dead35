"""Charts of an account with matplotlib: ``account.plot.indicators()``; each returns the axes, to be
changed at will.

Needs matplotlib: ``pip install 'gep-accounting[report]'``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from operator import add
from typing import Any

from gep.account.account import Account
from gep.analysis.series import EFFECTS, series, summed
from gep.core import ecosystems
from gep.core.errors import ParameterError, Problem
from gep.core.extras import need
from gep.core.source import named
from gep.core.text import name_of
from gep.report.views import districts, levels_of, per_year
from gep.standards import LEVELS
from gep.words.fonts import fonts
from gep.words.labels import label, word
from gep.words.numbers import money_scale

COLOURS = {
    "material": "#a97a1c",
    "regulating": "#2c7c5a",
    "cultural": "#356aa3",
    "other": "#75807c",
}
ONE, DOWN = "#1f6f50", "#9c3217"


@contextmanager
def _canvas(ax: Any, height: float) -> Iterator[Any]:
    """Axes to draw on, with a font that holds Chinese and only the lines that are read."""
    plt = need("matplotlib.pyplot")
    with plt.rc_context(
        {
            "font.family": fonts(),
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
        }
    ):
        if ax is None:
            _, ax = plt.subplots(figsize=(7.2, height), layout="constrained")
        yield ax


@dataclass(frozen=True)
class Plots:
    """The charts of one account.

    Examples
    --------
    >>> from gep import opening
    >>> opening.read("examples/garze_2010").plot.indicators(lang="zh")  # doctest: +SKIP
    <Axes: ...>
    """

    account: Account

    def indicators(self, ax: Any = None, lang: str = "en") -> Any:
        """Bars of the second-level indicators, largest first, coloured by level.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        lang : "zh" or "en"

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        ParameterError
            If matplotlib is not installed.
        """
        rows = {p.row.id: p.row for p in self.account.parts}
        by = self.account.by("indicator")
        found = [
            (name_of(rows[str(id)], lang), float(value), COLOURS[rows[str(id)].level])
            for id, value in by[by.notna() & (by != 0)].items()
        ]
        ax = self._bars(ax, lang, found, word("by_indicator", lang))
        levels = levels_of(self.account.counted)
        return _legend(ax, [(label(k, lang), COLOURS[k]) for k in levels])

    def ecosystems(self, ax: Any = None, lang: str = "en") -> Any:
        """Bars of the ecosystem types; what carries no type has a bar of its own. Arguments as for
        :meth:`indicators`.
        """
        found = [
            (
                ecosystems.called(str(k), lang, self.account.basis.ecosystems)
                or word("not_attributed", lang),
                float(v),
                ONE,
            )
            for k, v in self.account.by("ecosystem").dropna().items()
        ]
        return self._bars(ax, lang, found, word("by_ecosystem", lang))

    def districts(self, ax: Any = None, lang: str = "en") -> Any:
        """Bars of the districts. Arguments as for :meth:`indicators`.

        Raises
        ------
        ParameterError
            If the account has no districts.
        """
        cross = districts(self.account)
        if cross is None:
            raise ParameterError(
                "error.districts", [Problem("region.none", named(self.account.basis.region))]
            )
        return self._bars(
            ax,
            lang,
            [(r or word("not_in_district", lang), v, ONE) for r, v in cross.row_totals.items()],
            word("by_district", lang),
        )

    def years(self, ax: Any = None, lang: str = "en") -> Any:
        """A column a year, stacked by level. Arguments as for :meth:`indicators`."""
        by = per_year(self.account)
        largest = max(abs(sum(levels.values())) for levels in by.values())
        scale = money_scale(largest, self.account.basis.currency, lang)
        known = set(chain.from_iterable(by.values()))
        with _canvas(ax, 3.4) as ax:
            names = list(map(str, by))
            floor = [0.0] * len(names)
            for level in filter(known.__contains__, LEVELS):
                sizes = [levels.get(level, 0.0) / scale.factor for levels in by.values()]
                ax.bar(names, sizes, 0.6, floor, color=COLOURS[level], label=label(level, lang))
                floor = list(map(add, floor, sizes))
            ax.set_ylabel(scale.unit)
            ax.set_title(self._title(lang), loc="left", fontsize=10)
            ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
        return ax

    def effects(self, ax: Any = None, lang: str = "en") -> Any:
        """The change from the year before, split into extent, quantity and price. Arguments as for
        :meth:`indicators`.

        Raises
        ------
        InputError
            If the account covers one year.
        """
        years = self.account.basis.years
        whole = summed(
            series(self.account).decomposition(years[-2] if len(years) > 1 else None, years[-1]), []
        ).iloc[-1]
        found = [
            (word(f"effect_{name}", lang), float(whole[name]), ONE if whole[name] >= 0 else DOWN)
            for name in EFFECTS
            if whole[name]
        ]
        return self._bars(ax, lang, found, word("effects", lang), ordered=False)

    def _bars(
        self,
        ax: Any,
        lang: str,
        found: Iterable[tuple[str, float, str]],
        title: str,
        ordered: bool = True,
    ) -> Any:
        items = sorted(found, key=lambda x: x[1]) if ordered else list(found)[::-1]
        scale = money_scale(
            max((abs(v) for _, v, _ in items), default=0.0), self.account.basis.currency, lang
        )
        with _canvas(ax, 0.9 + 0.27 * max(len(items), 2)) as ax:
            drawn = ax.barh(
                range(len(items)),
                [v / scale.factor for _, v, _ in items],
                color=[c for *_, c in items],
            )
            ax.set_yticks(range(len(items)), [name for name, *_ in items])
            ax.bar_label(drawn, [f"{v / scale.factor:,.2f}" for _, v, _ in items], padding=3)
            ax.margins(x=0.12)
            ax.set_xlabel(scale.unit)
            ax.set_title(f"{self._title(lang)}: {title}", loc="left", fontsize=10)
        return ax

    def _title(self, lang: str) -> str:
        b = self.account.basis
        return f"{b.title or b.region}, {self.account.total_name} {b.years[-1]}"


def _legend(ax: Any, entries: Sequence[tuple[str, str]]) -> Any:
    from matplotlib.patches import Patch

    with _canvas(ax, 0):
        ax.legend(
            handles=[Patch(color=c, label=name) for name, c in entries],
            frameon=False,
            loc="lower right",
        )
    return ax
