# SPDX-License-Identifier: Apache-2.0
"""The table of settings, and the settings of an open store."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable, Dict, Iterator, Mapping, MutableMapping, Optional, Tuple, Union

from pixelfox import _clib
from pixelfox._enums import Level
from pixelfox._handle import text_of

#: What a setting may be: a switch, a number in its unit, or text as a person writes it ("100 MiB").
Value = Union[bool, int, str, "os.PathLike[str]"]
#: Where log lines go: a function of level and text, or a logger.
Log = Union[Callable[[Level, str], object], logging.Logger]


@dataclass(frozen=True)
class Setting:
    """A line of the table of settings."""

    name: str  #: such as "render.webp_quality"
    kind: str  #: "text", "number", "flag" or "choice"
    unit: str  #: of a number: "bytes", "ms", "px"; "" without one
    default: str
    min: int
    max: int
    choices: Tuple[str, ...]
    help: str
    live: bool  #: whether it can be changed in an open store

    @property
    def keyword(self) -> str:
        """Its name as a keyword argument, such as ``render_webp_quality``."""
        return self.name.replace(".", "_")


def _setting(index: int) -> Setting:
    choices = _clib.pxf_setting_choices(index)
    return Setting(
        name=_clib.pxf_setting_name(index) or "", kind=_clib.pxf_setting_kind(index) or "",
        unit=_clib.pxf_setting_unit(index) or "", default=_clib.pxf_setting_default(index) or "",
        min=_clib.pxf_setting_min(index), max=_clib.pxf_setting_max(index),
        choices=tuple(choices.split("|")) if choices else (),
        help=_clib.pxf_setting_help(index) or "", live=_clib.pxf_setting_is_live(index))


@lru_cache(maxsize=None)
def settings() -> Mapping[str, Setting]:
    """All settings by their names."""
    table = (_setting(index) for index in range(_clib.pxf_setting_count()))
    return {setting.name: setting for setting in table}


@lru_cache(maxsize=None)
def _by_keyword() -> Dict[str, Setting]:
    return {setting.keyword: setting for setting in settings().values()}


def full_name(name: str) -> str:
    """The name of a setting that is given by name or by keyword; an unknown one as it is likely
    meant, so that the library can say what is near."""
    setting = _by_keyword().get(name)
    return setting.name if setting else name if "." in name else name.replace("_", ".", 1)


def as_text(value: Value) -> str:
    """A value as the library reads it from text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else os.fspath(value)


def _log_function(log: Log) -> Callable[[int, str], object]:
    if isinstance(log, logging.Logger):
        logger = log
        return lambda level, message: logger.log(level * 10, "%s", message)
    function = log
    return lambda level, message: function(Level(level), message)


def make_config(log: Optional[Log], values: Mapping[str, Value]) -> _clib.Handle:
    """Settings to open something with."""
    config = _clib.pxf_config_new()
    for keyword, value in values.items():
        name = full_name(keyword)
        if isinstance(value, bool):
            _clib.pxf_config_set_flag(config, name, value)
        elif isinstance(value, int):
            _clib.pxf_config_set_number(config, name, value)
        else:
            _clib.pxf_config_set_text(config, name, os.fspath(value))
    if log:
        function = _log_function(log)
        _clib.set_log(config, function)
        _clib.keep(config, function)
    return config


def keep_log(handle: _clib.Handle, config: _clib.Handle) -> _clib.Handle:
    """What was opened with a config calls its log for as long as it lives."""
    _clib.keep(handle, config)
    return handle


class Settings(MutableMapping[str, Union[bool, int, str]]):
    """The settings of an open store, by name or keyword. Setting a live one changes it for all
    processes of the store; deleting it brings back the default."""

    def __init__(self, store: _clib.Handle) -> None:
        self._store = store

    def __getitem__(self, name: str) -> Union[bool, int, str]:
        name = full_name(name)
        value = text_of(_clib.pxf_store_get_text(self._store, name))
        kind = settings()[name].kind
        if kind == "number":
            return int(value)
        return value == "true" if kind == "flag" else value

    def __setitem__(self, name: str, value: Value) -> None:
        self.set(name, value)

    def __delitem__(self, name: str) -> None:
        self.set(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(settings())

    def __len__(self) -> int:
        return len(settings())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and full_name(name) in settings()

    def set(self, name: str, value: Optional[Value], version: int = 0) -> None:
        """Changes a live setting; None is its default.

        With the `version` that was seen, another's change in between is a :class:`ConflictError`.
        """
        wanted = None if value is None else as_text(value)
        _clib.pxf_store_set_text(self._store, full_name(name), wanted, version)

    def version(self, name: str) -> int:
        """The version of a setting; 0 if it is at its default."""
        return _clib.pxf_store_setting_version(self._store, full_name(name))
