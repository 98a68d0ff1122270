// SPDX-License-Identifier: Apache-2.0

// Package clib is libpixelfox's C interface, raw. clib.go and clib_wrap.c are written by SWIG from clib.i
// and the public headers; bindings/go/regenerate.sh writes them anew.
package clib

/*
#cgo pkg-config: pixelfox
#cgo CFLAGS: -w
#include <pixelfox/pixelfox.h>
*/
import "C"
