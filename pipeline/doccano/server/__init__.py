"""What runs inside Doccano's own environment, on Doccano's own modules.

Imports only the standard library, Django, what Doccano ships with it, and Doccano. Started with
this folder's parent on the path, so that nothing of `pipeline` is imported there.
"""

import sys
from importlib.util import find_spec

# Doccano's modules import each other as top-level names (`projects.models`).
_doccano = find_spec("backend")
if _doccano is None or not _doccano.submodule_search_locations:
    raise ImportError("Doccano is not installed in this environment")
sys.path.extend(_doccano.submodule_search_locations)
