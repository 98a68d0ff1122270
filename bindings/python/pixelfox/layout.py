# SPDX-License-Identifier: Apache-2.0
"""Where files lie in a pool: plain functions, no store. Other programs rely on it."""

from __future__ import annotations

from typing import Optional

from pixelfox import _clib
from pixelfox._handle import Moment, moment_ms, text_of


def original(accepted: Moment, id: str, extension: str) -> str:
    """The key of an original: ``original/YYYY/MM/DD/<id>.<extension>``.

    `accepted` is the instant of acceptance, UTC milliseconds since 1970 or a datetime with its zone.
    """
    return text_of(_clib.pxf_layout_original(moment_ms(accepted), id, extension))


def variant(accepted: Moment, id: str, extension: str, suffix: Optional[str] = None) -> str:
    """The key of a variant: ``variants/YYYY/MM/DD/<id>[_<suffix>].<extension>``.

    `suffix` is "small", "medium" or a recipe's name; None for the full size.
    """
    return text_of(_clib.pxf_layout_variant(moment_ms(accepted), id, suffix, extension))
