"""A property that is reckoned once for each object, without a lock.

`functools.cached_property` holds one lock for all objects of a class up to Python 3.11: while one page read the database
under it, every other page waited for that. What stands here may at worst be reckoned twice by two threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 (used like `property`)
    """Reckoned when it is first asked for; what raises is asked again the next time."""

    def __init__(self, reckon: Callable[[Any], T]) -> None:
        self._reckon = reckon
        self.__doc__ = reckon.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, one: None, owner: type | None = None) -> once[T]: ...
    @overload
    def __get__(self, one: object, owner: type | None = None) -> T: ...
    def __get__(self, one: object | None, owner: type | None = None) -> once[T] | T:
        if one is None:
            return self
        value = self._reckon(one)
        one.__dict__[self._name] = value  # from now on found there before this is asked
        return value
