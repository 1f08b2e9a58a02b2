"""Run as a module: the second process of a long import, from its first moment.

No search for cyclic garbage while its modules are read, which took an eighth of that, nor later: what it makes are rows,
which make no cycles.
"""

from __future__ import annotations

import gc
import os

if __name__ == "__main__":
    gc.disable()
    from taizhang.adapters.importing.second import main

    os._exit(main())  # both databases are closed: to free what the views remember, one by one, is not waited for
