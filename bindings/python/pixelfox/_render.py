# SPDX-License-Identifier: Apache-2.0
"""Variants of a file or of bytes, without a store."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterable, List, Optional, Union

from pixelfox import _clib
from pixelfox._handle import Cancel, Turn, interruptible, text_of
from pixelfox._images import Variant
from pixelfox._settings import Log, Value, keep_log, make_config

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@dataclass(frozen=True)
class Recipe:
    """What to make of a picture, beside the eight or instead of them."""

    name: str  #: the variant's kind and its key's ending, [a-z][a-z0-9]{0,31}
    output: Optional[str] = None  #: webp (unless said), avif, jpeg, png, original
    fit: Optional[str] = None  #: full (unless said), width, box, cover, crop
    width_px: Optional[int] = None
    height_px: Optional[int] = None
    quality: Optional[int] = None  #: 1–100, 85 unless said; AVIF: a CRF, 0–63, lower is better

    def _make(self) -> _clib.Handle:
        recipe = _clib.pxf_recipe_new(self.name)
        for field in ("output", "fit"):
            text = getattr(self, field)
            if text is not None:
                _clib.pxf_recipe_set_text(recipe, field, text)
        for field in ("width_px", "height_px", "quality"):
            number = getattr(self, field)
            if number is not None:
                _clib.pxf_recipe_set_number(recipe, field, number)
        return recipe


class Renderer:
    """Renders pictures one after the other and keeps its helper process. Without kinds and recipes
    the eight variants are made. Settings are keywords: ``Renderer(render_webp_quality=80)``."""

    def __init__(self, *, kinds: Iterable[str] = (), recipes: Iterable[Recipe] = (),
                 log: Optional[Log] = None, **settings: Value) -> None:
        config = make_config(log, settings)
        self._turn = Turn()
        self._handle = keep_log(_clib.pxf_render_new(config), config)
        for kind in kinds:
            _clib.pxf_render_add_kind(self._handle, kind)
        for recipe in recipes:
            _clib.pxf_render_add_recipe(self._handle, recipe._make())
        #: Why the last run failed, one word of doc/failures.md; None if it did not.
        self.failure_rule: Optional[str] = None

    def run(self, source: Union[str, "os.PathLike[str]", ReadableBuffer], *,
            cancel: Optional[Cancel] = None) -> List[Variant]:
        """Renders a file, given by its path, or bytes."""
        def call(handle: Optional[_clib.Handle]) -> None:
            if isinstance(source, (str, os.PathLike)):
                _clib.pxf_render_run(self._handle, source, handle)
            else:
                _clib.pxf_render_run_bytes(self._handle, source, handle)

        with self._turn:
            try:
                interruptible(call, cancel)
            finally:
                self.failure_rule = _clib.pxf_render_failure_rule(self._handle)
            return self._results()

    def _results(self) -> List[Variant]:
        variants: List[Variant] = []
        while True:
            handle = _clib.pxf_render_next(self._handle)
            if handle is None:
                return variants
            variants.append(Variant(handle))


def render(source: Union[str, "os.PathLike[str]", ReadableBuffer], *, kinds: Iterable[str] = (),
           recipes: Iterable[Recipe] = (), cancel: Optional[Cancel] = None,
           log: Optional[Log] = None, **settings: Value) -> List[Variant]:
    """Renders one picture without a store: ``render("photo.jpg", kinds=["avif"])``."""
    renderer = Renderer(kinds=kinds, recipes=recipes, log=log, **settings)
    return renderer.run(source, cancel=cancel)


def helper_version(**settings: Value) -> str:
    """Starts the helper and tells its version and codecs in one line."""
    return text_of(_clib.pxf_helper_version(make_config(None, settings)))
