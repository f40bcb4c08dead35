"""What an account, an error, a formula and a service can show: bound from above, so that none of
them knows a report or a map.

:class:`Views` holds the methods of :class:`gep.Account` that need reports, maps or comparisons,
each loaded when it is asked for; :func:`bind` gives them to the classes below, once, when ``gep``
is imported.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gep.account import account as accounts
from gep.core import formula
from gep.core.errors import GepError
from gep.core.formula import Formula, Indicator

if TYPE_CHECKING:
    from gep.account.account import Account
    from gep.analysis.compare import Comparison
    from gep.report.explain import Explanation
    from gep.report.plot import Plots


class Views:
    """The views of an account."""

    @property
    def plot(self) -> Plots:
        """Charts with matplotlib: ``account.plot.indicators()``; see
        :class:`gep.report.plot.Plots`.
        """
        from gep.report.plot import Plots

        return Plots(_account(self))

    def explain(
        self, indicator: str, component: str | None = None, lang: str = "en"
    ) -> Explanation:
        """How each figure of an indicator came about: formula, inputs with unit and origin,
        coefficients, result.
        """
        from gep.report.explain import explain

        return explain(_account(self), indicator, component, lang)

    def within(self, geometry: Any, name: str = "", crs: str = "") -> Account:
        """The account of an area drawn on its maps (shapely, GeoJSON, WKT, GeoDataFrame):
        :func:`gep.spatial.drawn.within`.
        """
        from gep.spatial.drawn import within

        return within(_account(self), geometry, name, crs)

    def compare(self, *others: Account) -> Comparison:
        """This account beside others: :func:`gep.analysis.compare.compare`."""
        from gep.analysis.compare import compare

        return compare(_account(self), *others)

    def to_excel(self, path: str | os.PathLike[str], lang: str = "en") -> Path:
        """Write the account as a workbook with live formulas:
        :func:`gep.report.excel.book.workbook`.
        """
        from gep.report.excel.book import write

        return write(_account(self), path, lang)

    def to_word(self, path: str | os.PathLike[str], lang: str = "en") -> Path:
        """Write the account as a Word document: :func:`gep.report.word.document`."""
        from gep.report.word import write

        return write(_account(self), path, lang)

    def to_markdown(self, lang: str = "en") -> str:
        """The account as Markdown text: :func:`gep.report.markdown.markdown`."""
        from gep.report.markdown import markdown

        return markdown(_account(self), lang)

    def _repr_html_(self) -> str:
        from gep.report.page.notebook import account_html

        return account_html(_account(self))


def _account(self: Views) -> Account:
    """The account that a view is of."""
    return cast("Account", self)


def _error_html(error: GepError) -> str:
    from gep.report.page.notebook import problems_html

    return problems_html(error)


def _formula_html(f: Formula) -> str:
    from gep.report.page.notebook import formula_html

    return formula_html(f)


def _indicator_html(indicator: Indicator) -> str:
    from gep.report.page.notebook import indicator_html

    return indicator_html(indicator)


def bind() -> None:
    """Give the classes below what they can show."""
    views: list[tuple[type, str, Any]] = [(accounts.Views, *view) for view in vars(Views).items()]
    views += [(GepError, "_repr_html_", _error_html), (Indicator, "_repr_html_", _indicator_html)]
    for kind, name, view in views:
        if not name.startswith("__"):
            setattr(kind, name, view)
    formula.shown[0] = _formula_html
