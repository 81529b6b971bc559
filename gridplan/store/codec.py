"""Nouns ↔ plain JSON values, by their type hints. For columns of the store; plan.json has its own format (model/document)."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from shapely import MultiPolygon, Polygon, from_wkb, to_wkb

T = TypeVar("T")
Shape = (Polygon, MultiPolygon)


def encode(value: object) -> Any:
    """Return `value` as dicts, lists, text, numbers, booleans and None.

    Raises
    ------
    TypeError
        The value is of a type that no noun uses, or a mapping has keys that are no text.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Shape):
        return to_wkb(value, hex=True)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a mapping must be text")
        return {str(encode(key)): encode(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(encode(item) for item in value)
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    raise TypeError(f"cannot encode {type(value).__name__}")


def decode(cls: type[T], data: object) -> T:
    """Return the noun of type `cls` that `encode` made `data` from. A field that `data` lacks takes its default.

    Raises
    ------
    ValueError
        The data do not fit the type; the text names the place.
    """
    return cast(T, _decode(cls, data, cls.__name__))


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _expect(kind: type[T], data: object, where: str) -> T:
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise ValueError(f"{where}: {kind.__name__} expected, not {type(data).__name__}")
    return data


def _decode(hint: Any, data: object, where: str) -> object:
    if isinstance(hint, NewType):
        return _decode(hint.__supertype__, data, where)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(hint), data, where)
    if origin is not None:
        return _decode_container(origin, get_args(hint), data, where)
    if hint in Shape:
        return _decode_shape(data, where)
    if is_dataclass(hint):
        return _decode_dataclass(cast(type, hint), data, where)
    if issubclass(hint, tuple):  # a NamedTuple
        names = _hints(hint)
        items = _expect(list, data, where)
        if len(items) != len(names):
            raise ValueError(f"{where}: {len(names)} values expected, not {len(items)}")
        return hint(*(_decode(names[name], item, f"{where}.{name}") for name, item in zip(names, items, strict=True)))
    if issubclass(hint, Enum):
        return hint(data)
    if hint is datetime or hint is date:
        return hint.fromisoformat(_expect(str, data, where))
    if hint is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    return _expect(hint, data, where)


def _decode_union(members: tuple[Any, ...], data: object, where: str) -> object:
    if data is None and types.NoneType in members:
        return None
    rest = [member for member in members if member is not types.NoneType]
    if set(rest) == set(Shape):
        return _decode_shape(data, where)
    if len(rest) != 1:
        raise TypeError(f"{where}: cannot tell the members of a union apart")
    return _decode(rest[0], data, where)


def _decode_container(origin: Any, arguments: tuple[Any, ...], data: object, where: str) -> object:
    if issubclass(origin, Mapping):
        pairs = _expect(dict, data, where).items()
        return {
            _decode(arguments[0], key, where): _decode(arguments[1], item, f"{where}[{key}]") for key, item in pairs
        }
    items = _expect(list, data, where)
    if origin is frozenset:
        return frozenset(_decode(arguments[0], item, where) for item in items)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_decode(arguments[0], item, f"{where}[{n}]") for n, item in enumerate(items))
    if origin is tuple and len(arguments) == len(items):
        return tuple(
            _decode(hint, item, f"{where}[{n}]") for n, (hint, item) in enumerate(zip(arguments, items, strict=True))
        )
    raise ValueError(f"{where}: {len(items)} values do not fit {origin.__name__}{list(arguments)}")


def _decode_dataclass(cls: type, data: object, where: str) -> object:
    values = _expect(dict, data, where)
    hints = _hints(cls)
    if unknown := values.keys() - hints.keys():
        raise ValueError(f"{where}: unknown field {sorted(unknown)[0]}")
    try:
        return cls(**{name: _decode(hints[name], value, f"{where}.{name}") for name, value in values.items()})
    except TypeError as error:  # a field without default is missing
        raise ValueError(f"{where}: {error}") from error


def _decode_shape(data: object, where: str) -> Polygon | MultiPolygon:
    shape = from_wkb(_expect(str, data, where))
    if not isinstance(shape, Shape):
        raise ValueError(f"{where}: a {shape.geom_type} is no area")
    return shape
