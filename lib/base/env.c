/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

enum { LINE_BYTES = 512 };

int64_t fox_env_now_ms(const struct fox_env *env)
{
    return env->now_ms(env->ctx);
}

int64_t fox_env_monotonic_ms(const struct fox_env *env)
{
    return env->monotonic_ms(env->ctx);
}

pxf_status fox_env_random(const struct fox_env *env, void *bytes, size_t size, pxf_error *err)
{
    return env->random(env->ctx, bytes, size, err);
}

void fox_env_log(const struct fox_env *env, enum fox_level level, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;

    if (!env->log) {
        return;
    }
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    fox_utf8_tidy(line, sizeof line);
    env->log(env->log_ctx, level, line);
}
