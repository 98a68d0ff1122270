#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes internal/clib/clib.go and clib_wrap.c anew with SWIG: regenerate.sh. With --check it compares instead:
# all of clib.go but the version, and what clib_wrap.c has behind SWIG's own preamble, which differs from
# release to release.
set -eu
cd "$(dirname "$0")/internal/clib"
include=../../../../include
if [ "${1:-}" != --check ]; then
    exec swig -go -cgo -I"$include" -o clib_wrap.c clib.i
fi
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
swig -go -cgo -I"$include" -outdir "$new" -o "$new/clib_wrap.c" clib.i
without_version() { sed '/^ \* Version [0-9.]*$/d' "$1"; }
own_part() { sed -n '/^#include <pixelfox\/pixelfox.h>$/,$p' "$1"; }
compare() {
    "$1" "$2" >"$new/old.txt"
    "$1" "$new/$2" >"$new/new.txt"
    [ -s "$new/old.txt" ] && diff -u "$new/old.txt" "$new/new.txt" || {
        echo "$2 is not what SWIG makes of the headers: run bindings/go/regenerate.sh" >&2
        exit 1
    }
}
compare without_version clib.go
compare own_part clib_wrap.c
