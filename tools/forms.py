"""Writes gep/forms/departments.csv, forms.csv and fields.csv from the layout below and the registry
of formulas.

The layout says which form carries which input, and in which unit people report it. Names, ranges
and definitions come from the registry and gep/core/nomenclature.csv, so that they are stated once.
Run it after a change and review the difference: ``python tools/forms.py``. The official names of
the forms and departments are not public: all of this is reconstructed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from gep import indicators, standards
from gep.account.inputs import Slot, slots
from gep.core import nomenclature, units

OUT = Path(__file__).parent.parent / "gep" / "forms"
NOTE = "reconstructed: laid out for this library; the official list is not public"

DEPARTMENTS = """
ecology             生态环境主管部门        ecology and environment
natural_resources   规划和自然资源主管部门  planning and natural resources
forestry            林业和城市绿化主管部门  forestry and urban greening
marine              海洋和渔业主管部门      sea and fishery
water               水务主管部门            water affairs
meteorology         气象主管部门            meteorology
emergency           应急管理部门            emergency management
agriculture         农业农村主管部门        agriculture and rural affairs
statistics          统计部门                statistics
development_reform  发展改革和价格主管部门  development, reform and prices
energy              能源主管部门            energy
finance             财政部门                finance
health              卫生健康主管部门        health
culture_tourism     文化和旅游主管部门      culture and tourism
housing             住房和建设主管部门      housing and construction
transport           交通运输主管部门        transport
human_resources     人力资源和社会保障部门  human resources and social security
education           教育和科普主管部门      education and science outreach
"""

# unit text that the reader understands -> how a Chinese form prints it
UNITS = {
    "km2": "平方公里",
    "万m2": "万平方米",
    "m": "米",
    "km": "公里",
    "mm": "毫米",
    "m3": "立方米",
    "万m3": "万立方米",
    "t": "吨",
    "万人": "万人",
    "亿元": "亿元",
    "万人次": "万人次",
    "万间夜": "万间夜",
    "万kWh": "万千瓦时",
    "%": "%",
    "1": "无量纲",
    "yr": "年",
    "1/yr": "次/年",
    "d/yr": "天/年",
    "dB": "分贝",
    "degC": "°C",
    "t/m3": "吨/立方米",
    "h/visit": "小时/人次",
    "CNY/h": "元/小时",
    "CNY/visit": "元/人次",
    "CNY/m3": "元/立方米",
    "CNY/(m3 yr)": "元/(立方米·年)",
    "CNY/kWh": "元/千瓦时",
    "CNY/m2": "元/平方米",
    "CNY/(m2 yr)": "元/(平方米·年)",
    "CNY/m": "元/米",
    "CNY/(m yr)": "元/(米·年)",
    "CNY/(dB m yr)": "元/(分贝·米·年)",
    "CNY/room_night": "元/间夜",
    "CNY/t": "元/吨",
    "CNY/t CO2": "元/吨二氧化碳",
    "CNY/t C": "元/吨碳",
    "CNY/t O2": "元/吨氧气",
    "MJ/kg": "兆焦/千克",
    "%/yr": "%/年",
    "kWh/m3": "千瓦时/立方米",
    "kWh/t": "千瓦时/吨",
    "deg": "度角",
    "kJ/(m2 d)": "千焦/(平方米·天)",
    "d": "天",
}

# form: code, department, title zh, title en, layout, key columns, level, components; then one line
# a field:
# unit | feeds | needed | rule | zh | en (zh, en only where the registry's name does not do)
LAYOUT = """
@A01 natural_resources | 生态系统类型面积表 | area of ecosystem types | table | region ecosystem | subdistrict |
  km2 | area | always | last 50% |  |
  km2 | carbon_sequestration.carbon.area | | <= A01-01 | 计入固碳的面积 | area counted for carbon
@A02 forestry | 森林资源连续清查表 | forest inventory | table | region ecosystem | subdistrict | | forest shrub
  m3 | carbon_sequestration.opening_volume | | | |
  m3 | carbon_sequestration.closing_volume | with A02-01 | last 50% | |
  yr | carbon_sequestration.interval | | | |
  1 | carbon_sequestration.biomass_expansion | | | |
  t/m3 | carbon_sequestration.wood_density | | | |
  1 | carbon_sequestration.root_shoot_ratio | | | |
  1 | carbon_sequestration.carbon_fraction | | | |
@A03 forestry | 植被覆盖情况表 | plant cover | table | region ecosystem | subdistrict |
  % | soil_retention.vegetation_cover | once | last 50% | |
  1 | soil_retention.cover_factor | | | |
  1 | soil_retention.cover_factor_below_10 | | | |
  1 | soil_retention.cover_factor_10_30 | | | |
  1 | soil_retention.cover_factor_30_50 | | | |
  1 | soil_retention.cover_factor_50_70 | | | |
  1 | soil_retention.cover_factor_70_90 | | | |
  1 | soil_retention.cover_factor_above_90 | | | |
  1 | soil_retention.cover_factor_log | | | |
@A04 ecology | 植被生产力监测表 | plant production | table | region ecosystem | subdistrict |
  g C/m2 | npp | once | last 50% | |
  g C/m2 | heterotrophic_respiration | once | last 50% | |
  g/m2 | dry_matter_density | | | |
  t | carbon_sequestration.dry_matter oxygen_release.dry_matter | | | |
  g C/m2 | carbon_sequestration.nep_density oxygen_release.nep_density | | | |
  t C | carbon_sequestration.nep oxygen_release.nep | | | |
  1 | carbon_sequestration.nep_share oxygen_release.nep_share | | | |
  t C/t | carbon_sequestration.carbon_per_dry_matter oxygen_release.carbon_per_dry_matter | | | |
  t CO2/t | carbon_sequestration.co2_per_dry_matter | | | |
  t O2/t | oxygen_release.o2_per_dry_matter | | | |
@A05 ecology | 碳库与固碳速率表 | carbon stocks and rates | table | region ecosystem | subdistrict |
  t C | carbon_sequestration.opening_carbon_stock | | | |
  t C | carbon_sequestration.closing_carbon_stock | with A05-01 | last 50% | |
  t C/(ha yr) | carbon_sequestration.rate | | | |
  t C/(ha yr) | carbon_sequestration.soil_carbon_rate | | | |
  t CO2 | carbon_sequestration.sequestered_co2 oxygen_release.sequestered_co2 | | | |
  t CO2/t C | carbon_sequestration.co2_per_carbon oxygen_release.co2_per_carbon | | | |
  t O2/t CO2 | oxygen_release.o2_per_co2 | | | |
  t O2 | oxygen_release.oxygen.released_oxygen | | | 释氧量 | oxygen released
@A06 marine | 滨海蓝碳生态系统表 | coastal blue carbon | table | region ecosystem | district | | mangrove salt_marsh seagrass
  g C/(m2 yr) | carbon_sequestration.blue_carbon.burial_rate | | | |
  t CO2 | carbon_sequestration.blue_carbon.buried_co2 | | | 蓝碳埋藏量 | blue carbon buried
  km2 | carbon_sequestration.blue_carbon.area | | last 50% | 计入蓝碳的面积 | area counted for blue carbon
@A07 forestry | 绿地蒸腾降温监测表 | cooling by green space | table | region ecosystem | subdistrict | | forest shrub grassland urban_green
  kJ/(m2 d) | climate_regulation.vegetation.transpiration_heat | once | last 50% | |
  万kWh | climate_regulation.vegetation.vegetation_cooling | | | 植被降温节电量 | electricity saved by plants
@A08 ecology | 污染物净化能力监测表 | uptake of pollutants | table | region ecosystem | subdistrict |
  kg SO2/(ha yr) | air_purification.so2.uptake_rate | once | last 50% | 单位面积二氧化硫净化量 | uptake of sulphur dioxide per area
  kg NOx/(ha yr) | air_purification.nox.uptake_rate | once | last 50% | 单位面积氮氧化物净化量 | uptake of nitrogen oxides per area
  kg dust/(ha yr) | air_purification.dust.uptake_rate | once | last 50% | 单位面积滞尘量 | dust held per area
  t COD/(km2 yr) | water_purification.cod.uptake_rate | once | last 50% | 单位面积化学需氧量净化量 | uptake of COD per area
  t NH3-N/(km2 yr) | water_purification.nh3n.uptake_rate | once | last 50% | 单位面积氨氮净化量 | uptake of ammonia nitrogen per area
  t TP/(km2 yr) | water_purification.tp.uptake_rate | once | last 50% | 单位面积总磷净化量 | uptake of phosphorus per area
  t SO2 | air_purification.so2.so2_uptake | | | 二氧化硫净化量 | sulphur dioxide taken up
  t NOx | air_purification.nox.nox_uptake | | | 氮氧化物净化量 | nitrogen oxides taken up
  t dust | air_purification.dust.dust_uptake | | | 滞尘量 | dust held
  t COD | water_purification.cod.cod_uptake | | | 化学需氧量净化量 | COD taken up
  t NH3-N | water_purification.nh3n.nh3n_uptake | | | 氨氮净化量 | ammonia nitrogen taken up
  t TP | water_purification.tp.tp_uptake | | | 总磷净化量 | phosphorus taken up
@A09 water | 湖泊水库沼泽调蓄表 | storage of lakes, reservoirs and marshes | table | region item | site |
  km2 | flood_mitigation.lake.lake_area | | last 50% | |
  1 | flood_mitigation.lake.lake_intercept | | | |
  1 | flood_mitigation.lake.lake_exponent | | | |
  1/yr | flood_mitigation.lake.exchanges | | | |
  km2 | flood_mitigation.lake.unit_area | | | |
  m3 | flood_mitigation.lake.unit_volume | | | |
  万m3 | flood_mitigation.lake.lake_storage | | | 湖泊调蓄量 | water stored by lakes
  万m3 | flood_mitigation.reservoir.reservoir_capacity | | last 50% | |
  1/yr | flood_mitigation.reservoir.flood_share | | | |
  万m3 | flood_mitigation.reservoir.reservoir_storage | | | 水库调蓄量 | water stored by reservoirs
  km2 | flood_mitigation.marsh.marsh_area | | last 50% | |
  m/yr | flood_mitigation.marsh.marsh_depth | | | |
  万m3 | flood_mitigation.marsh.marsh_storage | | | 沼泽调蓄量 | water stored by marshes
@A10 ecology | 土壤理化性状监测表 | properties of the soil | table | region ecosystem | subdistrict |
  t/m3 | soil_retention.bulk_density | once | last 50% | |
  % | soil_retention.nitrogen_content | once | last 50% | |
  % | soil_retention.phosphorus_content | once | last 50% | |
  % | soil_retention.sand | once | | |
  % | soil_retention.silt | once | | |
  % | soil_retention.clay | once | parts A10-04 A10-05 A10-06 = 100 | |
  % | soil_retention.organic_carbon | once | | |
  t h/(MJ mm) | soil_retention.erodibility | | | |
  1 | soil_retention.erodibility_epic | | | |
@A11 water | 土壤侵蚀与水土保持监测表 | soil erosion and conservation | table | region ecosystem | subdistrict |
  t | soil_retention.retained_soil | | last 50% | |
  t | soil_retention.potential_erosion | | | |
  t | soil_retention.actual_erosion | with A11-02 | <= A11-02 | |
  t/(km2 yr) | soil_retention.bare_erosion_rate | | | |
  t/(km2 yr) | soil_retention.covered_erosion_rate | with A11-04 | <= A11-04 | |
  1 | soil_retention.practice_factor | | | |
  1 | soil_retention.siltation_share | | | |
  m3 | soil_retention.siltation.avoided_siltation | | | 减少泥沙淤积量 | silting avoided
  t N | soil_retention.nitrogen.avoided_nitrogen | | | 减少氮面源污染量 | nitrogen kept from water
  t P | soil_retention.phosphorus.avoided_phosphorus | | | 减少磷面源污染量 | phosphorus kept from water
@A12 marine | 海岸带与自然岸线表 | natural shores | table | component region | district | coastal_protection: mangrove reef beach other_shore
  km | coastal_protection.*.shore_length | once | last 50% | |
  km | coastal_protection.*.protected_shore | | | 计入防护的岸线长度 | length of shore counted
@A13 transport | 道路绿化降噪监测表 | roadside green and noise | table | region item | district |
  dB | noise_attenuation.roadside.attenuation | once | last 50% | |
  km | noise_attenuation.roadside.road_length | once | last 50% | |
  dB m | noise_attenuation.roadside.attenuated_length | | | 降噪量与路长之积 | attenuation times length
@B01 meteorology | 降水与蒸散发表 | rain and evapotranspiration | table | region ecosystem | subdistrict |
  mm | precipitation | once | last 50% | |
  mm | evapotranspiration | once | last 50% | |
@B02 meteorology | 降温增湿期气象条件表 | weather of the cooling season | table | region | subdistrict |
  d/yr | climate_regulation.vegetation.cooling_days | once | last 50% | |
  mm | climate_regulation.water_surface.cooling_evaporation | once | last 50% | |
  mm | climate_regulation.water_surface.humidifying_evaporation | once | last 50% | |
  degC | climate_regulation.cooling_threshold | | | |
  万kWh | climate_regulation.water_surface.water_surface_cooling | | | 水面降温增湿节电量 | electricity saved by water surfaces
@B03 meteorology | 气象站逐日观测序列交付单 | delivery of station series | delivery | | city |
  degC | climate_regulation.vegetation.daily_temperature | | series | |
  mm | soil_retention.daily_rain | | series | |
  1 | soil_retention.warm_season | | series | |
@B04 emergency | 暴雨场次与产流参数表 | storms and runoff | table | ecosystem item | city |
  mm | flood_mitigation.vegetation.event_rain | once | | |
  mm | flood_mitigation.vegetation.storm_rain | | | |
  mm | flood_mitigation.vegetation.storm_runoff | | | |
  mm | flood_mitigation.vegetation.bare_storm_runoff | | | |
  mm | flood_mitigation.vegetation.potential_retention | | | |
  mm | flood_mitigation.vegetation.runoff_slope | | | |
  mm | flood_mitigation.vegetation.runoff_intercept | | | |
  1 | flood_mitigation.vegetation.curve_number | once | | |
  1 | flood_mitigation.vegetation.bare_curve_number | once | | |
  1 | flood_mitigation.vegetation.full_curve_number | | | |
  mm | flood_mitigation.vegetation.retention_scale | | | |
  1 | flood_mitigation.vegetation.initial_abstraction_ratio | | | |
  mm | flood_mitigation.vegetation.unit_depth | | | |
  万m3 | flood_mitigation.vegetation.vegetation_storage | | | 植被调蓄量 | water stored by plants
@B05 water | 径流监测与水源涵养表 | runoff and water retention | table | region ecosystem | subdistrict |
  % | water_retention.runoff_coefficient | | | |
  % | water_retention.runoff_coefficient_redline | | | |
  mm | water_retention.runoff | | last 50% | |
  1 | water_retention.runoff_reduction | | | |
  1 | water_retention.runoff_producing_share | | | |
  1 | water_retention.bare_runoff_rate | | | |
  1 | water_retention.runoff_rate | | <= B05-06 | |
  万m3 | water_retention.retained_water.retained_water | | | 水源涵养量 | water retained
@B06 ecology | 大气与水污染物排放表 | emissions to air and water | table | region | district |
  t SO2 | air_purification.so2.emission | once | last 50% | 二氧化硫排放量 | emission of sulphur dioxide
  t NOx | air_purification.nox.emission | once | last 50% | 氮氧化物排放量 | emission of nitrogen oxides
  t dust | air_purification.dust.emission | once | last 50% | 粉尘排放量 | emission of dust
  t COD | water_purification.cod.emission | once | last 50% | 化学需氧量排放量 | emission of COD
  t NH3-N | water_purification.nh3n.emission | once | last 50% | 氨氮排放量 | emission of ammonia nitrogen
  t TP | water_purification.tp.emission | once | last 50% | 总磷排放量 | emission of phosphorus
@B07 meteorology | 降雨侵蚀力表 | rain erosivity | table | region | subdistrict |
  MJ mm/(ha h yr) | soil_retention.erosivity | once | last 50% | |
  mm | soil_retention.mean_erosive_rain | | | |
  mm | soil_retention.yearly_erosive_rain | | | |
  MJ mm/(ha h) | soil_retention.alpha_warm | | | |
  MJ mm/(ha h) | soil_retention.alpha_cold | | | |
  mm | soil_retention.erosive_threshold | | | |
  MJ mm/(ha h) | soil_retention.unit_erosivity | | | |
  yr | soil_retention.record_years | | | |
@C01 agriculture | 农牧产品产量表 | crops and livestock | table | component region item unit | district | agricultural_products: crops livestock
   | agricultural_products.*.quantity | once | last 50% | 产品产量 | output
@C02 forestry | 林产品产量表 | forest products | table | component region item unit | district | agricultural_products: forestry
   | agricultural_products.*.quantity | once | last 50% | 产品产量 | output
@C03 marine | 水产品产量表 | fishery products | table | component region item unit | district | agricultural_products: fishery
   | agricultural_products.*.quantity | once | last 50% | 产品产量 | output
@C04 development_reform | 农林牧渔产品价格表 | prices of products | table | component item unit year | city | agricultural_products: crops forestry livestock fishery
   | agricultural_products.*.product_price | once | last 50% | |
   | agricultural_products.*.observed_price | | | |
   | agricultural_products.*.unit_cost | | <= C04-02 | |
@C05 statistics | 人口、地区生产总值与价格指数表 | people, GDP and price indices | table | region item year | district |
  万人 | region.population | once | last 50% | 常住人口 | residents
  亿元 | region.gdp | once | last 50% | 地区生产总值 | gross domestic product
  1 | deflator.value | | last 50% | 价格指数 | price index
@C06 water | 取用水与外调水表 | water taken and imported | table | component region | district | water_supply: domestic industrial agricultural ecological
  万m3 | water_supply.*.water_taken | once | last 50% | |
  万m3 | water_supply.*.imported | | <= C06-01 | |
  万m3 | water_supply.*.net_supply | | | 扣除外调后的供水量 | supply less imports
@C07 development_reform | 水、电、碳价格表 | prices of water, power and carbon | list | year | city |
  CNY/m3 | water_supply.domestic.water_price | | last 50% | 生活用水价格 | price of household water
  CNY/m3 | water_supply.industrial.water_price | | last 50% | 工业用水价格 | price of industrial water
  CNY/m3 | water_supply.agricultural.water_price | | last 50% | 农业用水价格 | price of farm water
  CNY/m3 | water_supply.ecological.water_price | | last 50% | 生态用水价格 | price of water for nature
  CNY/m3 | water_supply.observed_price | | | 观测水价 | water price observed
  CNY/m3 | water_supply.unit_cost | | | 供水单位成本 | cost of supply
  CNY/kWh | climate_regulation.vegetation.electricity_price | | last 50% | 居民及商业用电价格（植被降温） | power price, cooling by plants
  CNY/kWh | climate_regulation.water_surface.electricity_price | | last 50% | 居民及商业用电价格（水面降温） | power price, cooling by water
  CNY/kWh | ecological_energy.hydropower.electricity_price | | last 50% | 水电上网电价 | price of hydropower
  CNY/kWh | ecological_energy.biomass.electricity_price | | last 50% | 生物质上网电价 | price of power from biomass
  CNY/kWh | ecological_energy.observed_price | | | 观测上网电价 | feed-in price observed
  CNY/kWh | ecological_energy.unit_cost | | | 发电单位成本 | cost of generation
  CNY/t CO2 | carbon_sequestration.carbon.carbon_price | | last 50% | 碳价（陆地固碳） | carbon price, land
  CNY/t CO2 | carbon_sequestration.blue_carbon.carbon_price | | last 50% | 碳价（蓝碳） | carbon price, blue carbon
  CNY/t C | carbon_sequestration.price_per_carbon | | | |
@C08 energy | 生态能源生产与能耗参数表 | ecological energy | table | region item | district |
  万kWh | ecological_energy.hydropower.quantity | | last 50% | 水力发电量 | hydropower generated
  t | ecological_energy.biomass.biomass_used | | last 50% | |
  MJ/kg | ecological_energy.biomass.heating_value | | | |
  % | ecological_energy.biomass.conversion_efficiency | | | |
  万kWh | ecological_energy.biomass.biomass_energy | | | 生物质发电量 | power from biomass
  1 | climate_regulation.cop | | | |
  kWh/t | climate_regulation.water_surface.latent_heat | | | |
  t/m3 | climate_regulation.water_surface.water_density | | | |
  kWh/m3 | climate_regulation.water_surface.humidifier_energy | | | |
@C09 water | 水库与清淤工程造价表 | cost of reservoirs and dredging | list | year | city |
  CNY/m3 | water_retention.retained_water.reservoir_cost | | last 50% | 水库单位库容年成本（水源涵养） | yearly reservoir cost, water retention
  CNY/m3 | flood_mitigation.vegetation.reservoir_cost | | last 50% | 水库单位库容年成本（植被调蓄） | yearly reservoir cost, plants
  CNY/m3 | flood_mitigation.lake.reservoir_cost | | last 50% | 水库单位库容年成本（湖泊调蓄） | yearly reservoir cost, lakes
  CNY/m3 | flood_mitigation.reservoir.reservoir_cost | | last 50% | 水库单位库容年成本（水库调蓄） | yearly reservoir cost, reservoirs
  CNY/m3 | flood_mitigation.marsh.reservoir_cost | | last 50% | 水库单位库容年成本（沼泽调蓄） | yearly reservoir cost, marshes
  CNY/m3 | water_retention.reservoir_construction flood_mitigation.reservoir_construction | | | |
  CNY/m3 | water_retention.reservoir_operation flood_mitigation.reservoir_operation | | | |
  CNY/(m3 yr) | water_retention.reservoir_upkeep flood_mitigation.reservoir_upkeep | | | |
  1/yr | water_retention.reservoir_turnover flood_mitigation.reservoir_turnover | | | |
  CNY/m3 | soil_retention.siltation.dredging_cost | | last 50% | |
  CNY/t | soil_retention.siltation.sediment_cost | | | |
@C10 finance | 工程折现率与使用年限表 | discount rates and lifetimes | list | year | city |
  %/yr | water_retention.discount_rate flood_mitigation.discount_rate | | | 水库贴现率 | discount rate, reservoirs
  yr | water_retention.lifetime flood_mitigation.lifetime | | | 水库使用年限 | lifetime, reservoirs
  yr | water_retention.compounding_period flood_mitigation.compounding_period | | | 水库计息周期 | compounding period, reservoirs
  yr | water_retention.annuity_factor flood_mitigation.annuity_factor | | | 水库年金现值系数 | annuity factor, reservoirs
  %/yr | noise_attenuation.roadside.discount_rate | | | 隔声屏障贴现率 | discount rate, sound barriers
  yr | noise_attenuation.roadside.lifetime | | | 隔声屏障使用年限 | lifetime, sound barriers
  yr | noise_attenuation.roadside.compounding_period | | | 隔声屏障计息周期 | compounding period, sound barriers
  yr | noise_attenuation.roadside.annuity_factor | | | 隔声屏障年金现值系数 | annuity factor, sound barriers
  %/yr | coastal_protection.discount_rate | | | 海堤贴现率 | discount rate, dykes
  yr | coastal_protection.lifetime | | | 海堤使用年限 | lifetime, dykes
  yr | coastal_protection.compounding_period | | | 海堤计息周期 | compounding period, dykes
  yr | coastal_protection.annuity_factor | | | 海堤年金现值系数 | annuity factor, dykes
  %/yr | landscape_premium.homes.discount_rate | | | 住宅贴现率 | discount rate, homes
  yr | landscape_premium.homes.lifetime | | | 住宅使用年限 | lifetime, homes
  yr | landscape_premium.homes.compounding_period | | | 住宅计息周期 | compounding period, homes
  yr | landscape_premium.homes.annuity_factor | | | 住宅年金现值系数 | annuity factor, homes
@C11 ecology | 污染物治理成本表 | cost of treating pollutants | list | year | city |
{treatment}
@C12 health | 医用氧气价格表 | price of medical oxygen | list | year | city |
  CNY/t O2 | oxygen_release.oxygen.oxygen_price | once | last 50% | |
@C13 transport | 隔声屏障造价与效果表 | cost and effect of sound barriers | list | year | city |
  CNY/m | noise_attenuation.roadside.construction_cost | | last 50% | 隔声屏障建设成本 | building a sound barrier
  CNY/(m yr) | noise_attenuation.roadside.upkeep | | | 隔声屏障年运行维护成本 | upkeep of a sound barrier
  CNY/(m yr) | noise_attenuation.roadside.noise_barrier_cost | | | |
  dB | noise_attenuation.roadside.barrier_attenuation | | | |
  CNY/(dB m yr) | noise_attenuation.roadside.noise_control_cost | | | |
@C14 marine | 海堤造价表 | cost of dykes | list | year | city |
  CNY/m | coastal_protection.construction_cost | | last 50% | 海堤建设成本 | building a dyke
  CNY/(m yr) | coastal_protection.upkeep | | | 海堤年运行维护成本 | upkeep of a dyke
  CNY/(m yr) | coastal_protection.dyke_cost | | | |
@C15 culture_tourism | 收费景区接待表 | visits to paid sites | table | region item | site |
  万人次 | tourism.paid_sites.visits | once | last 50% | |
  % | tourism.paid_sites.ecological_share | | | |
  万人次 | tourism.paid_sites.ecological_visits | | <= C15-01 | 归于生态的游客人次 | visits owed to nature
@C16 forestry | 公园绿地游憩表 | visits to parks and greenways | table | region item | site |
  万人次 | tourism.free_space.visits | once | last 50% | |
  % | tourism.free_space.ecological_share | | | |
  万人次 | tourism.free_space.ecological_visits | | <= C16-01 | 归于生态的游客人次 | visits owed to nature
@C17 marine | 沙滩浴场游憩表 | visits to beaches | table | region item | site |
  万人次 | tourism.beach.visits | once | last 50% | |
  % | tourism.beach.ecological_share | | | |
  万人次 | tourism.beach.ecological_visits | | <= C17-01 | 归于生态的游客人次 | visits owed to nature
@C18 culture_tourism | 游客花费抽样调查表 | spending of visitors | table | component year | city | tourism: paid_sites free_space beach
  CNY/visit | tourism.*.transport_cost | once | last 50% | |
  CNY/visit | tourism.*.lodging_cost | once | last 50% | |
  CNY/visit | tourism.*.entrance_fee | once | last 50% | |
  CNY/visit | tourism.*.travel_expense | | | |
  h/visit | tourism.*.travel_time | once | last 50% | |
  CNY/visit | tourism.*.travel_time_cost | | | |
  CNY/visit | tourism.*.visit_cost | | | |
@C19 human_resources | 工资水平表 | wages | table | component year | city | tourism: paid_sites free_space beach
  CNY/h | tourism.*.wage | once | last 50% | |
  1 | tourism.*.wage_share | | | |
@C20 housing | 住宅景观溢价调查表 | homes with a view of nature | table | region year | district |
  万m2 | landscape_premium.homes.area | once | last 50% | 受益住宅建筑面积 | floor area of homes that gain
  万m2 | landscape_premium.homes.home_area | | | 计入溢价的住宅面积 | floor area counted
  CNY/(m2 yr) | landscape_premium.homes.rent | | | |
  CNY/m2 | landscape_premium.homes.house_price | | | |
  %/yr | landscape_premium.homes.rental_yield | | | |
  % | landscape_premium.homes.premium_share | | | 住宅溢价比例 | premium share of homes
  CNY/m2 | landscape_premium.homes.price_premium | | | |
  CNY/(m2 yr) | landscape_premium.homes.premium | | | 住宅年景观溢价 | yearly premium of homes
@C21 culture_tourism | 酒店客房景观溢价调查表 | hotel rooms with a view of nature | table | region item year | site |
  万间夜 | landscape_premium.hotels.room_nights | once | last 50% | |
  万间夜 | landscape_premium.hotels.nature_room_nights | | | 计入溢价的间夜数 | room nights counted
  CNY/room_night | landscape_premium.hotels.room_rate | | | |
  % | landscape_premium.hotels.premium_share | | | 客房溢价比例 | premium share of rooms
  CNY/room_night | landscape_premium.hotels.premium | | | 客房景观溢价 | premium a room night
@C22 health | 森林康养服务表 | wellbeing services | table | region item year | site |
  万人次 | wellbeing_education.wellbeing.visits | once | last 50% | 康养人次 | wellbeing visits
  % | wellbeing_education.wellbeing.ecological_share | | | |
  万人次 | wellbeing_education.wellbeing.ecological_visits | | <= C22-01 | 归于生态的康养人次 | wellbeing visits owed to nature
  CNY/visit | wellbeing_education.wellbeing.unit_value | | | 康养单位价值 | value of a wellbeing visit
@C23 education | 自然科普教育表 | nature education | table | region item year | site |
  万人次 | wellbeing_education.education.visits | once | last 50% | 科普教育人次 | visits for nature education
  % | wellbeing_education.education.ecological_share | | | |
  万人次 | wellbeing_education.education.ecological_visits | | <= C23-01 | 归于生态的科普人次 | education visits owed to nature
  CNY/visit | wellbeing_education.education.unit_value | | | 科普单位价值 | value of an education visit
@D01 natural_resources | 基础地理数据交付单 | delivery of base maps | delivery | | city |
  km2 | area | | vector | 生态系统类型图 | map of ecosystem types
  deg | soil_retention.slope_angle | | raster | 数字高程模型及坡度 | elevation and slope
@D02 natural_resources | 地形因子表 | terrain | table | region ecosystem | subdistrict |
  deg | soil_retention.slope_angle | once | | |
  m | soil_retention.slope_length | once | | |
  1 | soil_retention.slope_length_factor | | | |
  1 | soil_retention.slope_steepness_factor | | | |
@D03 natural_resources | 行政区与功能区面积表 | districts and functional areas | table | region | district |
  km2 | region.area | once | last 50% | 辖区面积 | area of the region
@D04 marine | 海岸线与滨海湿地矢量交付单 | delivery of shore lines | delivery | | city |
  m | coastal_protection.shore_length | | vector | 自然岸线矢量 | natural shore lines
  m2 | carbon_sequestration.blue_carbon.area | | vector | 滨海湿地图斑 | coastal wetland polygons
@D05 ecology | 遥感产品交付单 | delivery of remote sensing products | delivery | | city |
  g C/m2 | npp | | raster | |
  % | soil_retention.vegetation_cover | | raster | |
  mm | evapotranspiration | | raster | |
  mm | precipitation | | raster | |
"""

CATEGORIES = {
    "A": ("生态系统监测", "ecosystem monitoring"),
    "B": ("环境与气象监测", "environment and weather monitoring"),
    "C": ("社会经济活动与定价", "socio-economic activity and pricing"),
    "D": ("地理信息", "geographic information"),
}
DEADLINES = {
    "A": "03-31",
    "B": "02-28",
    "C": "04-15",
    "D": "03-15",
}  # of the year after the reporting year
POLLUTANTS = (
    ("air_purification.so2", "SO2"),
    ("air_purification.nox", "NOx"),
    ("air_purification.dust", "dust"),
    ("water_purification.cod", "COD"),
    ("water_purification.nh3n", "NH3-N"),
    ("water_purification.tp", "TP"),
    ("soil_retention.nitrogen", "N"),
    ("soil_retention.phosphorus", "P"),
)
SUBSTANCES = {
    "SO2": "二氧化硫",
    "NOx": "氮氧化物",
    "dust": "粉尘",
    "COD": "化学需氧量",
    "NH3-N": "氨氮",
    "TP": "总磷",
    "N": "氮",
    "P": "磷",
    "CO2": "二氧化碳",
    "O2": "氧气",
    "C": "碳",
}


def treatment() -> str:
    """The lines of the form of treatment costs: three for each pollutant."""
    lines = []
    for place, s in POLLUTANTS:
        for name, zh, en in (
            ("treatment_cost", "治理成本", "treatment cost"),
            ("abatement_investment", "单位治理投资", "abatement investment"),
            ("abatement_operation", "单位治理运行成本", "abatement operation cost"),
        ):
            lines.append(
                f"  CNY/t {s} | {place}.{name} | | {'last 50%' if name == 'treatment_cost' else ''} | {SUBSTANCES[s]}{zh} | {en}, {s}"
            )
    return "\n".join(lines)


def candidates(feed: str) -> Iterator[Slot]:
    """The slots that a feed can mean."""
    place, _, name = feed.rpartition(".")
    indicator, _, component = place.partition(".")
    profile = standards.get("shenzhen")
    for row in profile.rows:
        for target in row.components:
            i, c = target.split(".")
            if indicator in ("", i) and component in ("", "*", c):
                record = indicators.get(i)
                found = slots(record, record.component(c), profile.pricing.get(target, "")).get(
                    name
                )
                if found:
                    yield found


def unit_zh(unit: str) -> str:
    """The unit as a Chinese form prints it; the same text where no custom exists."""
    if unit in UNITS:
        return UNITS[unit]
    head, _, substance = unit.rpartition(" ")
    if substance in SUBSTANCES and head in ("t", "CNY/t"):
        zh = {"t": "吨", "CNY/t": "元/吨"}[head] + (
            SUBSTANCES[substance]
            if substance in ("CO2", "O2", "C", "SO2", "NOx", "dust", "N", "P", "NH3-N", "TP")
            else f" {substance}"
        )
        return zh if units.compatible(zh, unit) else unit
    return unit


def field_row(form: str, number: int, line: str, delivery: bool) -> dict[str, str]:
    """One field, with what the registry knows of it."""
    unit, feeds, needed, rule, zh, en = (*(x.strip() for x in line.split("|")), "", "")[:6]
    kind = rule if delivery else ""
    rule = "" if delivery else rule
    first = feeds.split()[0]
    name = first.rpartition(".")[2]
    found = list(candidates(first)) if not first.startswith(("region.", "deflator.")) else []
    entry = nomenclature.every().get(name)
    low = high = ""
    fits = [
        s
        for s in found
        if not unit
        or not s.unit
        or units.compatible(unit, s.unit)
        or units.lacks_only_year(unit, s.unit)
    ]
    if found and not fits:
        raise SystemExit(
            f"{form}-{number:02d}: {unit} does not convert to {found[0].unit} ({feeds})"
        )
    if fits and fits[0].low is not None:
        low = f"{fits[0].low:g}" if fits[0].low in (0, 1) and unit != "degC" else ""
    if fits and fits[0].high is not None and unit == "%":
        high = "100"
    if fits and fits[0].high is not None and unit == "1":
        high = f"{fits[0].high:g}"
    if first == "climate_regulation.vegetation.cooling_days":
        high = "366"
    if first.startswith(("region.", "deflator.")) or name == "quantity":
        low = "0"
    amount = units_amount(unit, name, fits)
    return {
        "code": f"{form}-{number:02d}",
        "form": form,
        "zh": zh or (entry.zh if entry else name),
        "en": en or (entry.en if entry else name),
        "type": kind or ("amount" if amount else "rate"),
        "unit": unit,
        "unit_zh": unit_zh(unit),
        "low": low,
        "high": high,
        "required": needed,
        "feeds": feeds,
        "rule": rule,
    }


def units_amount(unit: str, name: str, fits: list[Slot]) -> bool:
    """Whether the figure is an amount, which is zero where nothing occurs; a rate or a price then
    does not exist.
    """
    if fits and fits[0].kind == "price":
        return False
    base = fits[0].unit.removesuffix("/yr") if fits else unit
    if name in (
        "quantity",
        "population",
        "gdp",
        "area",
        "shore_length",
        "road_length",
        "protected_shore",
    ):
        return True
    return not name.startswith("unit_") and (
        base in ("m^2", "m^3", "t", "kWh", "visit", "room_night")
        or (base.startswith("t ") and "/" not in base)
    )


def main() -> None:
    """Write the three files."""
    with (OUT / "departments.csv").open("w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["id", "zh", "en", "evidence"])
        for line in DEPARTMENTS.strip().splitlines():
            id, zh, en = line.split(maxsplit=2)
            out.writerow([id, zh, en, NOTE])
    forms, fields = [], []
    for block in LAYOUT.format(treatment=treatment()).strip().split("@")[1:]:
        head, *lines = block.strip("\n").splitlines()
        parts = [x.strip() for x in head.split("|")]
        parts += [""] * (9 - len(parts))
        code, department = parts[0].split()
        _, zh, en, layout, keys, level, components, classes = parts[:8]
        category = CATEGORIES[code[0]]
        forms.append(
            {
                "code": code,
                "category_zh": category[0],
                "category_en": category[1],
                "department": department,
                "zh": zh,
                "en": en,
                "layout": layout,
                "keys": keys,
                "level": level,
                "components": components,
                "ecosystems": classes,
                "frequency": "年报",
                "deadline": DEADLINES[code[0]],
                "evidence": NOTE,
            }
        )
        for n, line in enumerate((x for x in lines if x.strip()), 1):
            fields.append(field_row(code, n, line, layout == "delivery"))
    for name, rows in (("forms", forms), ("fields", fields)):
        with (OUT / f"{name}.csv").open("w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    print(
        f"{len(forms)} forms, {len(fields)} fields, {len({x['department'] for x in forms})} departments"
    )


if __name__ == "__main__":
    main()
