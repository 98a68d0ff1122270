# SPDX-License-Identifier: Apache-2.0
# The second part of what a change must pass; read by tests/run ci.

# Everything that is decided by reading the tree or by compiling alone.
check_tree() {
    say "the tree"
    check "floors" python3 tests/abi/floors.py
    if clang-format --version | grep -q 'version 14'; then
        check "format" sh -c "git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror"
    fi
    check "headers as C and C++" bash tests/abi/headers.sh
    mkdir -p build && check "API reference without a warning" doxygen doc/Doxyfile
}

# A build by one compiler in which no warning stands.
build_clean() {
    local compiler=$1
    say "$compiler"
    CC=$compiler configure "build-$compiler" -Dwerror=true -Db_lundef=false &&
        check "$compiler: compiles without a warning" ninja -C "build-$compiler"
}

run_sanitized() {
    local name=$1 sanitizers=$2
    shift 2
    say "$name"
    configure "build-$name" -Db_sanitize="$sanitizers" -Db_lundef=false && compile "build-$name" &&
        with_mariadb run_suites "build-$name" "$@"
}

check_tree
build_clean gcc
build_clean clang
run_sanitized asan address,undefined unit contract flow
TSAN_OPTIONS='ignore_noninstrumented_modules=1 die_after_fork=0 allocator_may_return_null=1' \
    run_sanitized tsan thread unit flow
configure build && compile build && run_suites build fault
