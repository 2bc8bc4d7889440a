"""The collector of garbage leaves alone what stands when the tests begin.

Some million objects (Django, the product, the tests themselves) live until the end of the run; a
full collection would look at each of them again, hundreds of times: about a tenth of the run.
"""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
