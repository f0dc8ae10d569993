"""
The loops of a fit over the rows: what each risks, and what is expected of it.

A piece is a run of rows of one block that die at the same time, or that leave
unharmed between two event times. A block's sums do not depend on the thread
that adds them up.
"""

# A compiled loop knows arrays and numbers, not the objects that would hold them together.
# ruff: noqa: PLR0913, PLR0917

import numpy as np
from numpy.typing import NDArray

from app.prognosis.engine.jit import compiled, exactly_compiled
from app.prognosis.engine.rows import Floats

Longs = NDArray[np.int64]
Edges = NDArray[np.uint64]

TILE = 512
"""Rows of which a column stays in the nearest cache."""

LARGEST_EXPONENT = 600.0
"""Above it stand only rows never at risk, whose weight is nought; exp(600) is finite."""

LOG2_E = 1.4426950408889634
LOG_2_HIGH = 6.93145751953125e-1
LOG_2_LOW = 1.42860682030941723212e-6
"""Logarithm of 2 in two parts, the first of few enough bits to be multiplied without rounding.

Cephes Math Library, exp.c.
"""


@exactly_compiled("void(f8[::1], f8[::1], i8[::1])")
def _exponentials(values: Floats, scales: Floats, powers: Longs) -> None:
    """
    Replace values by their exponentials times a scale; beyond 600 they stay at that of 600.

    With x = k log 2 + f, exp(x) is 2^k times Taylor's polynomial in f; the
    mathematical library would be called for one value at a time.
    """
    for i in range(len(values)):
        x = min(max(values[i], -LARGEST_EXPONENT), LARGEST_EXPONENT)
        k = np.floor(x * LOG2_E + 0.5)
        f = (x - k * LOG_2_HIGH) - k * LOG_2_LOW
        high = f * (1 / 39916800 + f * (1 / 479001600 + f / 6227020800))
        middle = 1 / 5040 + f * (1 / 40320 + f * (1 / 362880 + f * (1 / 3628800 + high)))
        low = 1 / 6 + f * (1 / 24 + f * (1 / 120 + f * (1 / 720 + f * middle)))
        values[i] = (1.0 + f * (1.0 + f * (0.5 + f * low))) * scales[i]
        powers[i] = (np.int64(k) + 1023) << 52
    twos = powers.view(np.float64)
    for i in range(len(values)):
        values[i] *= twos[i]


@compiled(
    "void(i8, i8, f8[:,::1], f8[::1], f8[::1], f8[::1], i8[::1], u8[::1], f8[::1], f8[:,::1])"
)
def sum_pieces(
    first: int,
    last: int,
    columns: Floats,
    beta: Floats,
    offset: Floats,
    weights: Floats,
    blocks: Longs,
    edges: Edges,
    risk: Floats,
    sums: Floats,
) -> None:
    """
    Set each row's risk w exp(x b), and each piece's sums of it and of it times x.

    Parameters
    ----------
    first, last : int
        The first block and the one after the last.
    columns : ndarray, shape (p, n)
        Covariates less their means.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    offset, weights : ndarray, shape (n,)
        As of the rows.
    blocks : ndarray of int, shape (blocks + 1,)
        Where each block begins among the pieces.
    edges : ndarray of int, shape (pieces + 1,)
        Where each piece begins among the rows.
    risk : ndarray, shape (n,)
        Room for each row's risk.
    sums : ndarray, shape (pieces, p + 1)
        Room for the sums.
    """
    powers = np.empty(TILE, np.int64)
    for block in range(first, last):
        end = np.int64(edges[blocks[block + 1]])
        for low in range(np.int64(edges[blocks[block]]), end, TILE):
            high = min(low + TILE, end)
            here = risk[low:high]
            here[:] = offset[low:high]
            for j in range(len(beta)):
                column = columns[j, low:high]
                for i in range(len(here)):
                    here[i] += beta[j] * column[i]
            _exponentials(here, weights[low:high], powers)
        for piece in range(blocks[block], blocks[block + 1]):
            total = 0.0
            for row in range(edges[piece], edges[piece + 1]):
                total += risk[row]
            sums[piece, 0] = total
            for j in range(len(beta)):
                total = 0.0
                for row in range(edges[piece], edges[piece + 1]):
                    total += risk[row] * columns[j, row]
                sums[piece, j + 1] = total


@compiled("void(i8, i8, f8[:,::1], f8[::1], i8[::1], i8[::1], f8[:,::1])")
def sum_entries(
    first: int,
    last: int,
    columns: Floats,
    risk: Floats,
    rows: Longs,
    edges: Longs,
    sums: Floats,
) -> None:
    """
    Sum risk and risk times x over each piece of rows that enter between two event times.

    Parameters
    ----------
    first, last : int
        The first piece and the one after the last.
    columns : ndarray, shape (p, n)
        Covariates less their means.
    risk : ndarray, shape (n,)
        Each row's risk.
    rows : ndarray of int
        Those that enter late, by entry.
    edges : ndarray of int, shape (pieces + 1,)
        Where each piece begins among those.
    sums : ndarray, shape (pieces, p + 1)
        Room for the sums.
    """
    for piece in range(first, last):
        sums[piece] = 0.0
        for place in range(edges[piece], edges[piece + 1]):
            i = rows[place]
            sums[piece, 0] += risk[i]
            for j in range(len(columns)):
                sums[piece, j + 1] += risk[i] * columns[j, i]


@compiled(
    "void(i8, i8, f8[:,::1], i8[::1], u8[::1], f8[::1], i8[::1], f8[::1], f8[::1], f8[:,::1],"
    " f8[:,:,::1])"
)
def sum_squares(
    first: int,
    last: int,
    columns: Floats,
    blocks: Longs,
    edges: Edges,
    lived: Floats,
    entries: Longs,
    before: Floats,
    risk: Floats,
    expected: Floats,
    squares: Floats,
) -> None:
    """
    Turn the rows' risks into expected events, and sum these times x and xx' over each block.

    A row expects its risk times the hazard of its piece, less what came before its entry.

    Parameters
    ----------
    first, last : int
        The first block and the one after the last.
    columns : ndarray, shape (p, n)
        Covariates less their means.
    blocks : ndarray of int, shape (blocks + 1,)
        Where each block begins among the pieces.
    edges : ndarray of int, shape (pieces + 1,)
        Where each piece begins among the rows.
    lived : ndarray, shape (pieces,)
        Cumulative hazard that the rows of each piece live through.
    entries : ndarray of int, shape (n,) or (0,)
        The first event time after each row's entry; empty where all enter at the start.
    before : ndarray, shape (times,)
        Cumulative hazard up to before each event time.
    risk : ndarray, shape (n,)
        Each row's risk, of which its expected events are made.
    expected : ndarray, shape (blocks, p)
        Nought, for the sums of expected events times x.
    squares : ndarray, shape (blocks, p, p)
        Nought, for the lower halves of those times xx'.
    """
    weighted = np.empty(TILE)
    for block in range(first, last):
        for piece in range(blocks[block], blocks[block + 1]):
            for row in range(edges[piece], edges[piece + 1]):
                risk[row] *= lived[piece] - before[entries[row]] if len(entries) else lived[piece]
        end = np.int64(edges[blocks[block + 1]])
        for low in range(np.int64(edges[blocks[block]]), end, TILE):
            here = risk[low : min(low + TILE, end)]
            for j in range(len(columns)):
                column = columns[j, low : low + len(here)]
                total = 0.0
                for i in range(len(here)):
                    weighted[i] = here[i] * column[i]
                    total += weighted[i]
                expected[block, j] += total
                for k in range(j + 1):
                    other = columns[k, low : low + len(here)]
                    total = 0.0
                    for i in range(len(here)):
                        total += weighted[i] * other[i]
                    squares[block, j, k] += total
