#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the Go tests against a build folder: test.sh SOURCE BUILD [go test's arguments…]
set -eu
source=$1 build=$2
shift 2
cd "$source/bindings/go"
export PKG_CONFIG_PATH="$build/meson-uninstalled" LD_LIBRARY_PATH="$build/lib" GOTOOLCHAIN=local GOFLAGS=-mod=mod GOPROXY=off
# Go's build cache does not see that a header changed; it sees that a flag did.
key=$(cat "$source"/include/pixelfox/*.h internal/clib/*.[ch] | cksum | cut -d' ' -f1)
export CGO_CFLAGS="-g -O2 -I$source/include -DPIXELFOX_CACHE_KEY=$key"
# The user's own cache has Go's library from the last build folder, which takes half a minute to compile.
go env GOCACHE >/dev/null 2>&1 || export GOCACHE="$build/go-cache"
exec go "$@"
