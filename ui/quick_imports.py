"""Importing modules under PySide without its search for `__feature__`.

Once PySide is there it reads the source of every module that anybody imports, to learn whether the module names
PySide and so might ask for `snake_case` or `true_property`: a third of our start, and more on slow disks. Tack asks
for neither, and whether a module is one that "ignores" features or one that has "none" is the same where nobody has any.
The name is PySide's own; where a later PySide does not know it, starts are as slow as they were.
"""

import sys

import PySide6.QtCore  # noqa: F401  brings what is changed here

SEARCHER = "_mod_uses_pyside"


def spare_feature_search() -> bool:
    """Let PySide take every module for one without features; whether this PySide could be told."""
    feature = sys.modules.get("shibokensupport.feature")
    if feature is None or not hasattr(feature, SEARCHER):
        return False
    setattr(feature, SEARCHER, lambda _module: False)
    return True
