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

INDICATOR = Indicator(
    "agricultural_products",
    "material",
    "农林牧渔产品",
    "agricultural products",
    components=(
        Component("crops", "农业产品", "crops", "", "product_price", "", "market_price"),
        Component(
            "forestry", "林业产品", "forestry products", "", "product_price", "", "market_price"
        ),
        Component(
            "livestock", "畜牧业产品", "livestock products", "", "product_price", "", "market_price"
        ),
        Component(
            "fishery", "渔业产品", "fishery products", "", "product_price", "", "market_price"
        ),
    ),
    doc=__doc__,
)
