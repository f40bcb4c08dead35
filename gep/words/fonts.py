"""The font that Chinese is drawn with."""

from __future__ import annotations

from functools import lru_cache

_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
)


@lru_cache(maxsize=1)
def fonts() -> list[str]:
    """Installed fonts that hold Chinese, the usual font behind them; only the usual one where there
    is none.
    """
    from matplotlib import font_manager

    have = {f.name for f in font_manager.fontManager.ttflist}
    return [*[name for name in _FONTS if name in have][:1], "DejaVu Sans"]
