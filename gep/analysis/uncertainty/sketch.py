"""Means, deviations and quantiles of many figures from draws that come in blocks.

Draws are kept up to a fixed room; beyond it they are counted in bins between the outer quantiles of
the first ones, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gep.analysis.uncertainty.spreads import Floats

BINS = 1024


class Sketch:
    """Running statistics of ``figures`` numbers; the exact quantiles of up to ``room`` draws,
    binned ones of more.
    """

    def __init__(self, figures: int, draws: int, room: int) -> None:
        self.figures, self.count = figures, 0
        self.mean, self.squares = np.zeros(figures), np.zeros(figures)
        self.kept = np.empty((figures, min(draws, max(room, 1000))))
        self.bins: np.ndarray[tuple[int, int], np.dtype[np.int64]] | None = None
        self.low, self.step = np.zeros(figures), np.ones(figures)

    def add(self, block: Floats) -> None:
        """A block of draws: figures × draws."""
        n, mean = block.shape[1], block.mean(1)
        squares = np.einsum("ij,ij->i", block - mean[:, None], block - mean[:, None])
        whole = self.count + n
        self.squares += squares + (mean - self.mean) ** 2 * (self.count * n / whole)
        self.mean += (mean - self.mean) * (n / whole)
        fits = max(0, min(n, self.kept.shape[1] - self.count))
        self.kept[:, self.count : self.count + fits] = block[:, :fits]
        self.count = whole
        if fits < n:
            if self.bins is None:
                self._open()
            self._tally(block[:, fits:])

    def _open(self) -> None:
        with np.errstate(invalid="ignore"):
            low, high = np.quantile(self.kept, [0.001, 0.999], axis=1)
        self.low, self.step = low, np.where(high > low, (high - low) / BINS, 1.0)
        self.bins = np.zeros((self.figures, BINS + 2), np.int64)
        self._tally(self.kept)

    def _tally(self, block: Floats) -> None:
        assert self.bins is not None
        place = (
            np.clip(
                np.nan_to_num((block - self.low[:, None]) / self.step[:, None], nan=0.0), -1, BINS
            ).astype(np.int64)
            + 1
        )
        place += np.arange(self.figures)[:, None] * (BINS + 2)
        self.bins += np.bincount(place.ravel(), minlength=self.bins.size).reshape(self.bins.shape)

    @property
    def deviation(self) -> Floats:
        """Standard deviations."""
        return np.sqrt(self.squares / max(self.count - 1, 1))

    def quantiles(self, shares: Sequence[float]) -> Floats:
        """Quantiles: shares × figures."""
        if self.bins is None:
            return np.asarray(np.quantile(self.kept[:, : self.count], list(shares), axis=1))
        below = np.cumsum(self.bins, 1)
        out = np.empty((len(shares), self.figures))
        for n, share in enumerate(shares):
            wanted = share * self.count
            bin_ = np.clip((below <= wanted).sum(1), 1, BINS)
            rows = np.arange(self.figures)
            before = below[rows, bin_ - 1]
            inside = np.clip((wanted - before) / np.maximum(self.bins[rows, bin_], 1), 0, 1)
            out[n] = self.low + (bin_ - 1 + inside) * self.step
        out[:, np.isnan(self.mean)] = np.nan
        return out
