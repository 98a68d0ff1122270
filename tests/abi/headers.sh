#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each public header compiles alone, as C99 to C2x and C++11 to C++20, without a warning.
set -eu
cd "$(dirname "$0")/../.."
count=0
for header in include/pixelfox/*.h; do
    name=pixelfox/${header##*/}
    for standard in c99 c11 c17 c2x; do
        echo "#include <$name>" | gcc -std=$standard -Wall -Wextra -Wpedantic -Werror -Iinclude -xc -fsyntax-only -
        count=$((count + 1))
    done
    for standard in c++11 c++14 c++17 c++20; do
        echo "#include <$name>" | g++ -std=$standard -Wall -Wextra -Wpedantic -Werror -Iinclude -xc++ -fsyntax-only -
        count=$((count + 1))
    done
done
echo "$count compilations"
