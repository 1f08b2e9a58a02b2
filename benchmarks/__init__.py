"""Taizhang beside what people would use instead: the same work, the same durability, run in turns."""
