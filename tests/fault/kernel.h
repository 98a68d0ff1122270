/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_FAULT_KERNEL_H
#define FOX_TESTS_FAULT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The system calls of the library and of SQLite below it, by symbol interposition: each is counted,
 * and something befalls the Nth of those that were chosen. */

enum kernel_calls {
    KERNEL_CHANGES = 1,  /* those that change what lies on the disk, or make it last */
    KERNEL_ALL = 2,      /* whatever may fail */
    KERNEL_WAITS = 3,    /* those that a signal may interrupt */
    KERNEL_TRANSFERS = 4 /* reads and writes of regular files of more than one byte */
};

enum kernel_fate {
    KERNEL_NOTHING = 0, /* counted only */
    KERNEL_FAILS = 1,   /* it answers `error` */
    KERNEL_HALVES = 2,  /* a transfer moves half of its bytes */
    KERNEL_KILLS = 3,   /* this process is killed in its place */
    KERNEL_CALLS = 4    /* `fn` is called first, then the system */
};

struct kernel_plan {
    enum kernel_calls calls;
    enum kernel_fate fate;
    size_t nth;    /* from 1 */
    bool for_good; /* those that follow, too */
    int error;
    void (*fn)(void *ctx);
    void *ctx;
};

/* From here on, in all threads, until kernel_disarm(). */
void kernel_arm(const struct kernel_plan *plan);

/* How many of the chosen calls came by. */
size_t kernel_disarm(void);

/* Whether the plan befell a call, and the name of the first one. */
bool kernel_has_struck(void);
const char *kernel_struck(void);

/* How many calls came by in this process, by name; to see that they come here at all. */
size_t kernel_count(const char *name);

/* The wall clock goes that far ahead of the system's from now on; the other clocks do not. */
void kernel_skip_ms(int64_t ms);

#endif
