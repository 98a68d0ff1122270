/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/env.h"
#include "base/utf8.h"

static int64_t seven(void *ctx)
{
    return *(int64_t *)ctx + 7;
}

static int64_t eight(void *ctx)
{
    return *(int64_t *)ctx + 8;
}

static pxf_status fives(void *ctx, void *bytes, size_t size, pxf_error *err)
{
    (void)ctx;
    (void)err;
    memset(bytes, 5, size);
    return PXF_OK;
}

/* The last line that was logged. */
struct sink {
    enum fox_level level;
    char line[1024];
    int count;
};

static void keep(void *ctx, enum fox_level level, const char *message)
{
    struct sink *sink = ctx;

    sink->level = level;
    sink->count++;
    (void)strcpy(sink->line, message);
}

static void clocks_and_chance_are_those_that_were_given(void **state)
{
    int64_t base = 100;
    const struct fox_env env = {
        .ctx = &base, .now_ms = seven, .monotonic_ms = eight, .random = fives};
    pxf_error err = {0};
    char bytes[3];

    (void)state;
    assert_int_equal(fox_env_now_ms(&env), 107);
    assert_int_equal(fox_env_monotonic_ms(&env), 108);
    assert_ok(fox_env_random(&env, bytes, sizeof bytes, &err));
    assert_memory_equal(bytes, "\5\5\5", 3);
}

static void a_line_reaches_the_sink_clean(void **state)
{
    struct sink sink = {.count = 0};
    const struct fox_env env = {.log_ctx = &sink, .log = keep};

    (void)state;
    fox_env_log(&env, FOX_LEVEL_WARN, "pool '%s'\nis %d%% full\xff", "a", 90);
    assert_int_equal(sink.count, 1);
    assert_int_equal(sink.level, FOX_LEVEL_WARN);
    assert_string_equal(sink.line, "pool 'a' is 90% full?");
}

static void without_a_sink_a_line_is_dropped(void **state)
{
    const struct fox_env env = {.log = NULL};

    (void)state;
    fox_env_log(&env, FOX_LEVEL_ERROR, "nobody hears %s", "this");
}

static void a_long_line_is_cut_at_a_character(void **state)
{
    struct sink sink = {.count = 0};
    const struct fox_env env = {.log_ctx = &sink, .log = keep};
    char text[800] = "";

    (void)state;
    while (strlen(text) < 600) {
        (void)strcat(text, "\xe2\x82\xac");
    }
    fox_env_log(&env, FOX_LEVEL_INFO, "a%s", text);
    assert_int_equal(strlen(sink.line), 511);
    assert_true(fox_utf8_is_valid(sink.line, strlen(sink.line)));
    fox_env_log(&env, FOX_LEVEL_INFO, "ab%s", text);
    assert_int_equal(strlen(sink.line), 509);
    assert_true(fox_utf8_is_valid(sink.line, strlen(sink.line)));
}

SUITE(env, cmocka_unit_test(clocks_and_chance_are_those_that_were_given),
      cmocka_unit_test(a_line_reaches_the_sink_clean),
      cmocka_unit_test(without_a_sink_a_line_is_dropped),
      cmocka_unit_test(a_long_line_is_cut_at_a_character))
