"""Item models and row sources: bounded reads of the cache, shaped for one view each."""
