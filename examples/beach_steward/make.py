"""Makes the files of this folder: one beach before and after its restoration. Synthetic throughout.

No figure here was ever measured; the beach does not exist. ``python make.py`` writes the same bytes
each time.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
SOURCE = "模拟数据 synthetic, not a statistic of any place"

ACCOUNT = """\
title = "银沙湾沙滩（模拟数据） A beach before and after its restoration, synthetic figures"
region = "银沙湾"
year = 2023
price_year = 2023
standard = "catalogue"
synthetic = true
area = "0.42 km2"
note = "No figure of this account was measured; the beach does not exist. \
本账户全部数据为模拟，沙滩并不存在。"
"""
# before the restoration, as of 2023: indicator, component, input, item, ecosystem, value, unit,
# distribution
INPUTS = """\
coastal_protection,beach,shore_length,,beach,1.8,km,normal 3 %
tourism,beach,visits,,,62,万人次,normal 8 %
tourism,beach,ecological_share,,,85,%,normal 5 %
landscape_premium,homes,area,海景住宅 sea-view homes,,21,万m2,normal 2 %
landscape_premium,hotels,room_nights,滨海酒店 beach hotels,,11,万间夜,normal 5 %
"""
PRICES = """\
coastal_protection,beach,construction_cost,,14000,CNY/m,lognormal 20 %
coastal_protection,beach,lifetime,,30,yr,
coastal_protection,beach,discount_rate,,4,%/yr,
coastal_protection,beach,upkeep,,150,CNY/(m yr),
tourism,beach,transport_cost,,26,CNY/visit,normal 10 %
tourism,beach,lodging_cost,,0,CNY/visit,
tourism,beach,entrance_fee,,0,CNY/visit,
tourism,beach,travel_time,,3.2,h/visit,normal 10 %
tourism,beach,wage,,48,CNY/h,normal 10 %
landscape_premium,homes,rent,海景住宅 sea-view homes,480,CNY/(m2 yr),normal 10 %
landscape_premium,homes,premium_share,海景住宅 sea-view homes,4.5,%,lognormal 30 %
landscape_premium,hotels,room_rate,滨海酒店 beach hotels,520,CNY/room_night,normal 5 %
landscape_premium,hotels,premium_share,滨海酒店 beach hotels,11,%,lognormal 30 %
"""
RESTORATION = """\
# synthetic, made by make.py
title = "沙滩修复：补沙、沙丘植被、拆除硬质护坡 Restoration: sand, dunes, a revetment taken away"

[[change]]                  # 0.4 km of revetment become beach again
indicator = "coastal_protection"
input = "shore_length"
add = 0.4
unit = "km"

[[change]]                  # a wider beach draws more visitors
indicator = "tourism"
input = "visits"
factor = 1.25

[[price]]                   # and is worth more to those who look at it
indicator = "landscape_premium"
price = "premium_share"
factor = 1.15

[[change]]
indicator = "landscape_premium"
component = "hotels"
input = "room_nights"
factor = 1.10
"""


def write() -> None:
    """Write the folder's files."""
    inputs = "indicator,component,input,item,ecosystem,value,unit,distribution,source,evidence\n"
    prices = "indicator,component,price,item,value,unit,distribution,source,evidence\n"
    inputs += "".join(
        f"{row},{SOURCE!r},synthetic\n".replace("'", '"') for row in INPUTS.splitlines()
    )
    prices += "".join(
        f"{row},{SOURCE!r},synthetic\n".replace("'", '"') for row in PRICES.splitlines()
    )
    for name, text in (
        ("account.toml", ACCOUNT),
        ("inputs.csv", inputs),
        ("prices.csv", prices),
        ("restoration.toml", RESTORATION),
    ):
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
