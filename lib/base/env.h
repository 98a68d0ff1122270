/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_ENV_H
#define FOX_BASE_ENV_H

#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"

struct fox_meters;

/* How grave a log line is. */
enum fox_level { FOX_LEVEL_DEBUG = 1, FOX_LEVEL_INFO = 2, FOX_LEVEL_WARN = 3, FOX_LEVEL_ERROR = 4 };

/* What every constructor is given instead of globals: clocks, randomness, meters and the log sink.
 * It outlives everything that was made with it. Every function may be called on any thread;
 * `log` may be NULL, and so may `meters`. */
struct fox_env {
    void *ctx;
    int64_t (*now_ms)(void *ctx);       /* UTC, may jump */
    int64_t (*monotonic_ms)(void *ctx); /* never jumps back */
    pxf_status (*random)(void *ctx, void *bytes, size_t size, pxf_error *err);
    void *log_ctx;
    void (*log)(void *ctx, enum fox_level level, const char *message);
    struct fox_meters *meters;
};

int64_t fox_env_now_ms(const struct fox_env *env);
int64_t fox_env_monotonic_ms(const struct fox_env *env);
pxf_status fox_env_random(const struct fox_env *env, void *bytes, size_t size, pxf_error *err);

/* One line of clean UTF-8 to the sink, without its newline, cut at 511 bytes; never a secret. */
void fox_env_log(const struct fox_env *env, enum fox_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
