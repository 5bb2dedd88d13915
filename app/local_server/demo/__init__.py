"""The invented company: people, departments, rooms, and some months of what they said to each other.

Everything here is deterministic: the same scripts give the same conversation; only event ids and the day it ends on
(the day it is built) differ.
"""
