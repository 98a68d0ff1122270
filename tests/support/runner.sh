# SPDX-License-Identifier: Apache-2.0
# What tests/run and its parts share: building, running suites, counting.

passed=0
failed=0
skipped=0
failures=""

say() {
    printf '\n== %s\n' "$*"
}

# A step that counts as one test: `check NAME COMMAND…`.
check() {
    local name=$1 began=$SECONDS log
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        printf '   %-48s ok    %4d s\n' "$name" $((SECONDS - began))
    else
        failed=$((failed + 1))
        failures="$failures $name;"
        printf '   %-48s FAIL  %4d s\n' "$name" $((SECONDS - began))
        tail -n "${TAIL:-60}" "$log"
    fi
    rm -f "$log"
}

install_for() {
    bash tests/deps "$@" || {
        echo "what the tests need could not be installed"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    }
}

# configure FOLDER [meson options…]; a folder that is there sees what was installed since.
configure() {
    local folder=$1 again="" log
    shift
    log=$(mktemp)
    [ ! -f "$folder/build.ninja" ] || again=--reconfigure
    if ! meson setup $again "$folder" -Dtests=enabled "$@" >"$log" 2>&1; then
        tail -n 40 "$log"
        failed=$((failed + 1))
        failures="$failures configuring $folder;"
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# What tests need and nobody else does is no part of "all" with newer mesons.
compile() {
    local log began=$SECONDS
    log=$(mktemp)
    if ! ninja -C "$1" all meson-test-prereq >"$log" 2>&1; then
        grep -E 'error|FAILED|warning' "$log" | head -n 40
        tail -n 10 "$log"
        failed=$((failed + 1))
        failures="$failures compiling $1;"
        rm -f "$log"
        return 1
    fi
    echo "built $1 in $((SECONDS - began)) s"
    rm -f "$log"
}

# run_suites FOLDER SUITE…: runs them and adds up what their programs counted.
run_suites() {
    local folder=$1 suite counts began
    shift
    for suite; do
        began=$SECONDS
        rm -f "$folder/meson-logs/testlog.json"
        PYTEST_ADDOPTS=-rs meson test -C "$folder" --no-rebuild --timeout-multiplier 5 --suite "$suite" \
            >"$folder/meson-logs/run-$suite.txt" 2>&1
        counts=$(/usr/bin/env python3 tests/support/summary.py "$folder/meson-logs/testlog.json")
        set_counts "$suite" $((SECONDS - began)) $counts
    done
}

set_counts() {
    local suite=$1 seconds=$2
    passed=$((passed + $3))
    failed=$((failed + $4))
    skipped=$((skipped + $5))
    [ "$4" -eq 0 ] || failures="$failures $suite;"
    printf '   %-20s %5d passed, %3d failed, %3d skipped   %4d s\n' "$suite" "$3" "$4" "$5" "$seconds"
}

# with_mariadb COMMAND…: with a server of our own and its socket in the environment.
with_mariadb() {
    local socket
    if ! socket=$(sh tests/support/mariadb.sh start); then
        failed=$((failed + 1))
        failures="$failures mariadb;"
        return 1
    fi
    export PIXELFOX_TEST_MARIADB_SOCKET=$socket
    "$@"
    unset PIXELFOX_TEST_MARIADB_SOCKET
    sh tests/support/mariadb.sh stop "$socket"
}

finish() {
    [ -z "$failures" ] || printf '\nfailed:%s\n' "$failures"
    if [ $((passed + failed)) -eq 0 ]; then
        failed=1
        echo "no test ran"
    fi
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}
