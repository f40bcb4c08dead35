"""Agricultural products (农林牧渔产品): crops, timber and forest goods, livestock and fish that
people take from ecosystems.

Nothing is computed here: each item comes with its ``quantity`` in a unit of its own and a product
price, or with its ``value`` alone.

Traps: gross output counts seed, feed, labour and machines as if nature had given them. Say in the
source which of the two a value is: gross output value (产值) or net output, that is value added
(增加值); Garzê 2010 reports net output, and the pricing methods ``net_output`` and
``resource_rent`` turn gross into net. Do not add timber that stands (a stock) to timber that was
cut, and leave out fodder that livestock of the same account ate.
"""

from __future__ import annotations

from gep.core.formula import Component, Indicator
from gep.core.records import Seea

INDICATOR = Indicator(
    "agricultural_products",
    "material",
    "农林牧渔产品",
    "agricultural products",
    components=(
        Component(id="crops", zh="农业产品", en="crops", price="product_price"),
        Component(
            id="forestry",
            zh="林业产品",
            en="forestry products",
            price="product_price",
            seea=Seea(
                section="Provisioning",
                service="Wood provisioning services",
                zh="木材供给服务",
                cices="1.1.1.2",
                cices_class=(
                    "Fibres and other materials from cultivated plants, fungi, algae and bacteria "
                    "for direct use or processing (excluding genetic materials)"
                ),
                users=(("agriculture", 1.0),),
                note="timber from natural stands is 1.1.5.2",
            ),
        ),
        Component(
            id="livestock",
            zh="畜牧业产品",
            en="livestock products",
            price="product_price",
            seea=Seea(
                section="Provisioning",
                service="Grazed biomass provisioning services",
                zh="放牧生物质供给服务",
                cices="1.1.3.1",
                cices_class="Animals reared for nutritional purposes",
                users=(("agriculture", 1.0),),
                note="the service is the grazed biomass, not the animal",
            ),
        ),
        Component(
            id="fishery",
            zh="渔业产品",
            en="fishery products",
            price="product_price",
            seea=Seea(
                section="Provisioning",
                service="Aquaculture provisioning services",
                zh="水产养殖供给服务",
                cices="1.1.4.1",
                cices_class="Animals reared by in-situ aquaculture for nutritional purposes",
                users=(("agriculture", 1.0),),
                note="catch is wild fish and other natural aquatic biomass, 1.1.6.1",
            ),
        ),
    ),
    doc=__doc__,
    zh_doc=(
        "人从生态系统取得的农产品、林产品、畜产品和水产品。本指标不作计算：每种产品给出实物量（"
        "单位自定）和单价，或只给价值量。注意：总产值含种子、饲料、人工和机械，并非全由自然提"
        "供；须在来源中写明是产值还是增加值（甘孜2010年用增加值），定价方法 net_output 和 "
        "resource_rent 可由产值折为净值。活立木（存量）与采伐木材不能相加；同一账户牲畜吃掉的饲"
        "草不再计。"
    ),
    seea=Seea(
        section="Provisioning",
        service="Crop provisioning services",
        zh="作物供给服务",
        cices="1.1.1.1",
        cices_class=(
            "Cultivated terrestrial plants (including fungi, algae) grown for nutritional purposes"
        ),
        users=(("agriculture", 1.0),),
    ),
)
