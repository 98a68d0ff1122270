// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// OriginalKey is the key of an original: original/YYYY/MM/DD/<id>.<extension>. Other programs rely on it.
func OriginalKey(accepted time.Time, id, extension string) (key string, err error) {
	if err := noZero(id, extension); err != nil {
		return "", err
	}
	e := new(clib.Error)
	key = textOf(clib.Pxf_layout_original(accepted.UnixMilli(), id, extension, e))
	return key, errorOf(e, nil)
}

// VariantKey is the key of a variant: variants/YYYY/MM/DD/<id>[_<suffix>].<extension>. The suffix is
// "small", "medium" or a recipe's name; "" for the full size.
func VariantKey(accepted time.Time, id, suffix, extension string) (key string, err error) {
	if err := noZero(id, suffix, extension); err != nil {
		return "", err
	}
	e := new(clib.Error)
	key = textOf(clib.Pxf_layout_variant(accepted.UnixMilli(), id, suffix, extension, e))
	return key, errorOf(e, nil)
}
