"""Climate regulation (调节气候): electricity that cooling and humidifying would take, done by
plants and open water instead.

Traps: heat of transpiration and evaporation are those of the days that need cooling, not of the
year. Only the latent heat of water is divided by the performance of the air conditioner; a
humidifier takes its electricity as it is. Humidifying counts in dry months alone. Only inland water
supplies it: the sea is none, and a seagrass bed, which stands under wetland, is best left out of
``area``. Marsh counts as open water, not as vegetation. The route by a measured difference of
temperature holds the effect of plants and water together: do not add it to them.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "d/yr",
    zh="一年中气温高于空调开启温度的天数。",
    over="day",
    empirical=True,
    worked=(
        worked(
            "1 d/yr",
            "by hand: a day of 26.5 degC counts",
            daily_temperature="26.5 degC",
            cooling_threshold="26 degC",
        ),
        worked(
            "0 d/yr",
            "by hand: a day of 26.0 degC does not",
            daily_temperature="26 degC",
            cooling_threshold="26 degC",
        ),
    ),
)
def cooling_days(
    daily_temperature: A[Array, U("degC", low=-90, high=60, state=True)],
    cooling_threshold: A[Array, U("degC", low=-90, high=60, state=True)] = TABLE[
        "cooling_threshold"
    ],
) -> Array:
    r"""Days of a year that are warmer than air conditioning starts.

    .. math:: d = \sum_i [T_i > T_0]

    Parameters
    ----------
    daily_temperature : array, dimension ``day``
        Temperature of each day T_i: say whether it is the mean or the highest.
    cooling_threshold : array
        Temperature T_0 above which a day counts.

    Returns
    -------
    DataArray, summed over ``day``

    References
    ----------
    Liu Wei et al. 2021 (Xi'an), ChinaXiv-202110.00026V1, section 2.2.7 (threshold).
    """
    excess = daily_temperature - cooling_threshold
    return np.where(excess > 0, 1, 0 * excess)


@formula(
    "kWh/yr",
    zh="空调除去植物蒸腾所吸热量须用的电。",
    worked=worked(
        "2000 万kWh/yr",
        "by hand: 1800 kJ/(m2 d) = 0.5 kWh/(m2 d); × 200 hm2 × 60 d / 3 = 1 × 10^6 kWh/d × 60"
        " d / 3",
        transpiration_heat="1800 kJ/(m2 d)",
        area="200 hm2",
        cooling_days="60 d/yr",
        cop="3 1",
    ),
)
def vegetation_cooling(
    transpiration_heat: A[Array, U("kWh/(m^2 d)", low=0, rate=True)],
    area: A[Array, U("m^2", low=0, size=True)],
    cooling_days: A[Array, U("d/yr", low=0, high=366, state=True)],
    cop: A[Array, U("1", low=1, rate=True)] = TABLE["cop"],
) -> Array:
    r"""Electricity that air conditioners would take to remove the heat that plants use up in
    transpiration.

    .. math:: E_v = \frac{H \, A \, d}{r}

    Parameters
    ----------
    transpiration_heat : array, by ecosystem type
        Heat that transpiration takes up on a day that needs cooling H. None is shipped: no standard
        with it could be read.
    area : array, broadcasts with it
        Area under these plants A.
    cooling_days : array
        Days that need cooling d.
    cop : array
        Heat that an air conditioner moves per electricity r (coefficient of performance).

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362; performance from doi
    10.5846/stxb201606161172.
    """
    return transpiration_heat * area * cooling_days / cop


@formula(
    "kWh/yr",
    zh="降温增湿达到水面蒸发的效果须用的电。",
    worked=worked(
        "2.3 亿kWh/yr",
        "by hand, 10 km2: 90 mm = 9 × 10^5 t of 2460 J/g (683.3333 kWh/t) / 3 = 2.05 × 10^8; 20 mm"
        " = 2 × 10^5 m3 × 125 kWh/m3 = 0.25 × 10^8",
        area="10 km2",
        cooling_evaporation="90 mm/yr",
        humidifying_evaporation="20 mm/yr",
        latent_heat="2460 J/g",
        water_density="1 t/m3",
        humidifier_energy="125 kWh/m3",
        cop="3 1",
    ),
)
def water_surface_cooling(
    area: A[Array, U("m^2", low=0, size=True)],
    cooling_evaporation: A[Array, U("m/yr", low=0, state=True)],
    humidifying_evaporation: A[Array, U("m/yr", low=0, state=True)],
    latent_heat: A[Array, U("kWh/t", low=0, rate=True)] = TABLE["latent_heat"],
    water_density: A[Array, U("t/m^3", low=0, rate=True)] = TABLE["water_density"],
    humidifier_energy: A[Array, U("kWh/m^3", low=0, rate=True)] = TABLE["humidifier_energy"],
    cop: A[Array, U("1", low=1, rate=True)] = TABLE["cop"],
) -> Array:
    r"""Electricity that would cool and humidify the air as evaporation from open water does.

    .. math:: E_w = A \left(\frac{e_c \, \rho \, q}{r} + e_h \, \gamma\right)

    Parameters
    ----------
    area : array, any shape
        Surface of inland water A.
    cooling_evaporation, humidifying_evaporation : array, broadcasts with area
        Depth that evaporates on the days that need cooling e_c, and in the months too dry e_h (0
        where there are none).
    latent_heat : array
        Heat of evaporation q.
    water_density : array
        Density of water ρ.
    humidifier_energy : array
        Electricity that a humidifier takes to evaporate water γ.
    cop : array
        Heat that an air conditioner moves per electricity r; it divides the cooling part alone.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362, which does not divide by r (give ``cop``
    as 1 for that form).
    """
    return area * (
        cooling_evaporation * water_density * latent_heat / cop
        + humidifying_evaporation * humidifier_energy
    )


@formula(
    "kWh/yr",
    zh="使气温降低实测的植物和水面降温幅度须用的电。",
    worked=worked(
        "360 万kWh/yr",
        "by hand: 3 km2 × 1.5 K × 0.8 kWh/(m2 K a)",
        area="3 km2",
        temperature_difference="1.5 kelvin",
        cooling_energy="0.8 kWh/(m2 kelvin a)",
    ),
)
def temperature_cooling(
    area: A[Array, U("m^2", low=0, size=True)],
    temperature_difference: A[Array, U("kelvin", low=-30, high=30, state=True)],
    cooling_energy: A[Array, U("kWh/(m^2 kelvin yr)", low=0, rate=True)],
) -> Array:
    r"""Electricity that would lower the air temperature by as much as plants and water were
    measured to.

    .. math:: E_t = A \, \Delta T \, u

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    temperature_difference : array, broadcasts with area
        Air temperature without the ecosystems less that with them ΔT, in kelvin or delta_degC: 2
        degC would be a temperature, 275 K.
    cooling_energy : array
        Electricity that cools the air over a square metre by one kelvin for the hot season u.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where the ground is warmer for its
    cover

    References
    ----------
    GB/T 46869-2025, A.11 (second route, by its title); form of Liu Wei et al. 2021,
    ChinaXiv-202110.00026V1, formula 1.
    """
    return area * temperature_difference * cooling_energy


def _component(
    id: str, zh: str, en: str, quantity: str = "", supplied_by: tuple[str, ...] = (), unit: str = ""
) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price="electricity_price",
        pricing="replacement_cost",
        unit=unit,
        quantity=quantity,
        supplied_by=supplied_by,
    )


INDICATOR = Indicator(
    "climate_regulation",
    "regulating",
    "调节气候",
    "climate regulation",
    components=(
        _component(
            "vegetation",
            "植被蒸腾",
            "transpiration of plants",
            "vegetation_cooling",
            ("forest", "shrub", "grassland", "urban_green"),
        ),
        _component(
            "water_surface",
            "水面蒸发",
            "evaporation from open water",
            "water_surface_cooling",
            ("wetland",),
        ),
        _component(
            "temperature_difference",
            "降温（实测温差）",
            "cooling by measured difference of temperature",
            "temperature_cooling",
        ),
        _component("all", "调节气候（合计）", "climate regulation as a whole", unit="kWh/yr"),
    ),
    quantities={
        "vegetation_cooling": (vegetation_cooling,),
        "cooling_days": (cooling_days,),
        "water_surface_cooling": (water_surface_cooling,),
        "temperature_cooling": (temperature_cooling,),
    },
    doc=__doc__,
    zh_doc=(
        "植物和水面代替空调、加湿器降温增湿所省的电。注意：蒸腾和蒸发的热量只取需要降温的日子，"
        "不是全年；只有水的潜热除以空调能效比，加湿的电量照原样计，且只计干燥月份。只计内陆水"
        "面：海面不计，海草床虽归湿地，也不宜写入 area；沼泽按水面计，不按植被计。按实测温差的"
        "算法已含植物和水面的共同作用，不能再与两者相加。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Local (micro and meso) climate regulation services",
        zh="当地（微观和中观）气候调节服务",
        cices="2.2.6.2",
        cices_class=(
            "Regulation of temperature and humidity, including ventilation and transpiration"
        ),
        users=(("households", 1.0),),
    ),
)
