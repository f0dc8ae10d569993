"""Six patients, two of whom die at the same time, whose every sum is a fraction.

    patient   A  B  C  D  E  F
    time      1  2  2  3  4  5
    event     1  1  1  0  1  0
    x         1  0  1  0  0  1

The mean of x is 1/2. At a log hazard ratio of log 4 the relative hazard is 4^(1/2) = 2 where
x = 1 and 4^(-1/2) = 1/2 where x = 0. Over those at risk, with x less its mean:

    time   S0 = sum of r        S1 = sum of r x      tied: s0, s1
    1      3 * 2 + 3 / 2 = 15/2  3 * 1 - 3/4 = 9/4
    2      2 * 2 + 3 / 2 = 11/2  2 * 1 - 3/4 = 5/4    2 + 1/2 = 5/2, 1 - 1/4 = 3/4
    4      2 + 1/2 = 5/2         1 - 1/4 = 3/4

Efron's second event at time 2 has S0 = 11/2 - 5/4 = 17/4 and S1 = 5/4 - 3/8 = 7/8.
"""

from math import log

import numpy as np

from app.prognosis.engine.rows import survival_rows

X = [[1.0], [0.0], [1.0], [0.0], [0.0], [1.0]]
TIMES = [1, 2, 2, 3, 4, 5]
EVENTS = [1, 1, 1, 0, 1, 0]
ROWS = survival_rows(X, TIMES, EVENTS)
BETA = np.array([log(4)])

EXACT = 1e-14
"""A few roundings away from the fraction."""
