"""Installed packages: the version of one, and optional ones, imported when asked for, with what to
install where one is lacking.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from gep.core.errors import ParameterError, Problem
from gep.core.source import named

EXTRAS = {  # package as it is imported: extra that brings it
    "matplotlib": "report",
    "docx": "report",
    "openpyxl": "excel",
    "python_calamine": "excel",
    "ipyleaflet": "notebook",
    "ipywidgets": "notebook",
    "IPython": "notebook",
    "rasterio": "spatial",
    "rioxarray": "spatial",
    "geopandas": "spatial",
    "shapely": "spatial",
    "pyproj": "spatial",
    "affine": "spatial",
    "xarray": "spatial",
    "xrspatial": "terrain",
    "pyflwdir": "terrain",
    "numba": "fast",
    "SALib": "sensitivity",
}
_PUBLISHED = {
    "docx": "python-docx",
    "python_calamine": "python-calamine",
    "xrspatial": "xarray-spatial",
}


OURS = "gep-accounting"


@cache
def installed(name: str = OURS) -> str:
    """The version of an installed package, this one by default; "not installed" where it is not, as
    in a bare checkout.
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def need(name: str) -> ModuleType:
    """An optional package or a module of it, imported.

    Parameters
    ----------
    name : str
        As in an import statement.

    Returns
    -------
    module

    Raises
    ------
    ParameterError
        If it is not installed, with how to get it in one line.

    Examples
    --------
    >>> need("xarray").__name__
    'xarray'
    """
    try:
        return import_module(name)
    except ImportError:
        raise lacking(name.partition(".")[0]) from None


def lacking(name: str) -> ParameterError:
    """The error that says what to install.

    >>> print(lacking("docx"))
    A package is missing
      python-docx: is needed and not installed. To mend: pip install 'gep-accounting[report]'
    """
    values: dict[str, object] = {"package": _PUBLISHED.get(name, name), "extra": EXTRAS[name]}
    return ParameterError(
        "error.package", [Problem("extra.missing", named(str(values["package"])), **values)]
    )
