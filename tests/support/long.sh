# SPDX-License-Identifier: Apache-2.0
# The full counts, for a night; read by tests/run long.

export PIXELFOX_TEST_LONG=1
configure build && compile build && with_mariadb run_suites build unit contract flow cli python go abi fuzz fault
say "valgrind"
meson test -C build --no-rebuild --suite unit --timeout-multiplier 20 \
    --wrap 'valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite' >/dev/null 2>&1
set_counts valgrind 0 $(python3 tests/support/summary.py build/meson-logs/testlog.json)
say "fresh machines"
for suite in bookworm trixie; do
    check "$suite: examples/quickstart, twice" bash tests/support/fresh-root.sh "$suite" \
        sh -c 'examples/quickstart && examples/quickstart'
    check "$suite: examples/quickstart, as a user with sudo" env AS=somebody \
        bash tests/support/fresh-root.sh "$suite" examples/quickstart
    check "$suite: tests/run quick, twice" bash tests/support/fresh-root.sh "$suite" \
        sh -c 'tests/run quick && tests/run quick'
done
