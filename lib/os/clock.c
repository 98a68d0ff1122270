/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clock.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec now = {0};

    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t now_ms(void *ctx)
{
    (void)ctx;
    return read_ms(CLOCK_REALTIME);
}

static int64_t monotonic_ms(void *ctx)
{
    (void)ctx;
    return read_ms(CLOCK_MONOTONIC);
}

static pxf_status read_random(void *ctx, void *bytes, size_t size, pxf_error *err)
{
    size_t done = 0;

    (void)ctx;
    while (done < size) {
        const ssize_t count = getrandom((char *)bytes + done, size - done, 0);

        if (count < 0 && errno != EINTR) {
            return fox_fail_errno(err, PXF_ORIGIN_NONE, errno, "the system gives no randomness");
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return PXF_OK;
}

void fox_os_env(struct fox_env *env)
{
    env->ctx = NULL;
    env->now_ms = now_ms;
    env->monotonic_ms = monotonic_ms;
    env->random = read_random;
}

int64_t fox_clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}
