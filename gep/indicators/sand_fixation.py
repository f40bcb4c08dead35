"""Sand fixation (防风固沙): soil that plants keep the wind from taking, and the land that so is not
buried in sand.

Traps: the priced quantity is the land that the sand would cover, in m2 a year, not the tonnes: a
cost of control per square metre cannot be put on a mass. The bulk density is that of sand, not of
the soil in soil retention.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside
from gep.processes import wind_erosion as erosion
from gep.processes import wind_factors as factors

TABLE = beside(__file__)


@formula(
    "t/yr",
    zh="植物一年使风吹不走的沙土。",
    worked=worked(
        "26544 t/yr",
        "methods check RWEQ: 10 km2 × (2662.6 − 8.2) t/(km2 a)",
        1e-6,
        area="10 km2",
        potential_wind_erosion="2662.6 t/(km2 a)",
        actual_wind_erosion="8.2 t/(km2 a)",
    ),
)
def fixed_sand(
    area: A[Array, U("m^2", low=0, size=True)],
    potential_wind_erosion: A[Array, U("t/(m^2 yr)", low=0, rate=True)],
    actual_wind_erosion: A[Array, U("t/(m^2 yr)", low=0, rate=True)],
) -> Array:
    r"""Sand and soil that plants keep the wind from taking in a year.

    .. math:: Q = A \, (S_{L,p} - S_L)

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    potential_wind_erosion, actual_wind_erosion : array, broadcasts with area
        Loss to wind from bare ground S_L,p and under the present plants S_L.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.14.
    """
    return area * (potential_wind_erosion - actual_wind_erosion)


@formula(
    "m^2/yr",
    zh="固定的沙一年本会埋没的土地。",
    worked=worked(
        "60.89 km2/yr",
        "Garzê 2010, doi 10.5846/stxb201607011362 (methods check D1)",
        1e-4,
        fixed_sand="779.42 万t/yr",
        bulk_density="1.28 t/m3",
        burial_depth="0.1 m",
    ),
)
def controlled_area(
    fixed_sand: A[Array, U("t/yr", size=True)],
    bulk_density: A[Array, U("t/m^3", low=0, rate=True)],
    burial_depth: A[Array, U("m", low=0, state=True)] = TABLE["burial_depth"],
) -> Array:
    r"""Land that the fixed sand would have buried in a year.

    .. math:: A_c = \frac{Q}{\rho \, h}

    Parameters
    ----------
    fixed_sand : array, any shape
        Sand kept in place Q.
    bulk_density : array
        Bulk density of sand ρ, of the place.
    burial_depth : array
        Depth of sand h that makes land a desert.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362.
    """
    return fixed_sand / (bulk_density * burial_depth)


INDICATOR = Indicator(
    "sand_fixation",
    "regulating",
    "防风固沙",
    "sand fixation",
    components=(
        Component(
            id="fixed_sand",
            zh="固沙",
            en="fixed sand",
            price="sand_control_cost",
            pricing="replacement_cost",
            quantity="controlled_area",
            given="fixed_sand",
            headline="fixed_sand",
            supplied_by=(
                "forest",
                "shrub",
                "grassland",
                "cropland",
                "sand_desert",
                "sandy_land",
                "bare",
            ),
        ),
    ),
    quantities={
        "controlled_area": (controlled_area,),
        "fixed_sand": (fixed_sand,),
        "potential_wind_erosion": (erosion.potential_wind_erosion,),
        "actual_wind_erosion": (erosion.actual_wind_erosion,),
        "potential_transport": (erosion.potential_transport,),
        "actual_transport": (erosion.actual_transport,),
        "potential_field_length": (erosion.potential_field_length,),
        "actual_field_length": (erosion.actual_field_length,),
        "weather_factor": (factors.weather_factor,),
        "erodible_fraction": (factors.erodible_fraction,),
        "crust_factor": (factors.crust_factor,),
        "roughness_factor": (factors.roughness_factor,),
        "ridge_roughness": (factors.ridge_roughness,),
        "wind_cover_factor": (factors.wind_cover_factor,),
    },
    doc=__doc__,
    zh_doc=(
        "植物使风吹不走的土沙，以及因此没有被沙埋的土地。注意：计价的实物量是沙会覆盖的土地（每"
        "年的面积），不是吨数；每平方米的治沙成本不能乘以质量。容重是沙的容重，不是保持土壤中的"
        "土壤容重。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Soil and sediment retention services: soil erosion control",
        zh="土壤和沉积物保持服务：土壤侵蚀控制",
        cices="2.2.1.1",
        cices_class="Control of erosion rates",
        users=(("government", 1.0),),
    ),
)
