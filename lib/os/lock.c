/* SPDX-License-Identifier: Apache-2.0 */
#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "os/clock.h"
#include "os/poll.h"

enum { FIRST_WAIT_US = 100, LONGEST_WAIT_US = 5000 };

static int set_lock(const struct fox_fd *file, uint64_t byte, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)byte, .l_len = 1};
    int answer;

    do {
        answer = fcntl(fox_fd_number(file), F_OFD_SETLK, &lock);
    } while (answer != 0 && errno == EINTR);
    return answer == 0 ? 0 : errno;
}

static bool is_held(int number)
{
    return number == EAGAIN || number == EACCES;
}

static pxf_status explain(const struct fox_fd *file, uint64_t byte, int number, pxf_error *err)
{
    if (number == 0) {
        return PXF_OK;
    }
    if (is_held(number)) {
        return fox_fail_from(err, PXF_BUSY, file->origin, number,
                             "somebody else holds lock %" PRIu64, byte);
    }
    return fox_fail_errno(err, file->origin, number, "cannot take lock %" PRIu64, byte);
}

pxf_status fox_lock_try(const struct fox_fd *file, uint64_t byte, pxf_error *err)
{
    return explain(file, byte, set_lock(file, byte, F_WRLCK), err);
}

static int64_t next_wait_us(int64_t wait_us, int64_t left_ms)
{
    const int64_t longer_us = wait_us * 2 < LONGEST_WAIT_US ? wait_us * 2 : LONGEST_WAIT_US;

    return left_ms * 1000 < longer_us ? left_ms * 1000 : longer_us;
}

pxf_status fox_lock_wait(const struct fox_fd *file, uint64_t byte, int64_t wait_ms,
                         const struct fox_cancel *cancel, pxf_error *err)
{
    const int64_t until_ms = wait_ms < 0 ? INT64_MAX : fox_clock_monotonic_ms() + wait_ms;
    int64_t wait_us = FIRST_WAIT_US / 2;
    int number;

    while (is_held(number = set_lock(file, byte, F_WRLCK))) {
        const int64_t left_ms = wait_ms < 0 ? 1000 : until_ms - fox_clock_monotonic_ms();

        TRY(fox_cancel_check(cancel, err));
        if (left_ms <= 0) {
            return fox_fail_from(err, PXF_TIMEOUT, file->origin, number,
                                 "somebody else held lock %" PRIu64 " for %" PRIi64 " ms", byte,
                                 wait_ms);
        }
        wait_us = next_wait_us(wait_us, left_ms);
        (void)fox_poll_sleep_us(fox_cancel_fd(cancel), wait_us);
    }
    return explain(file, byte, number, err);
}

void fox_lock_release(const struct fox_fd *file, uint64_t byte)
{
    (void)set_lock(file, byte, F_UNLCK);
}
