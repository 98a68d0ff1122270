/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* What glibc's own malloc() is called inside; whoever replaces it may call it so. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static atomic_bool is_armed, fails_for_good;
static atomic_size_t failing, seen, live;

void heap_arm(size_t nth, bool for_good)
{
    failing = nth;
    fails_for_good = for_good;
    seen = 0;
    is_armed = true;
}

size_t heap_disarm(void)
{
    is_armed = false;
    return seen;
}

size_t heap_live(void)
{
    return live;
}

static bool fails(void)
{
    size_t number;

    if (!is_armed) {
        return false;
    }
    number = atomic_fetch_add(&seen, 1) + 1;
    if (failing == 0 || number < failing || (number > failing && !fails_for_good)) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

static void *count(void *block)
{
    live += block ? 1 : 0;
    return block;
}

void *malloc(size_t size)
{
    return fails() ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t times, size_t size)
{
    return fails() ? NULL : count(__libc_calloc(times, size));
}

void *realloc(void *block, size_t size)
{
    void *moved;

    if (fails()) {
        return NULL;
    }
    moved = __libc_realloc(block, size);
    if (!block) {
        return count(moved);
    }
    live -= !moved && size == 0 ? 1 : 0;
    return moved;
}

void *reallocarray(void *block, size_t times, size_t size)
{
    if (size > 0 && times > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, times * size);
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : count(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **ret_block, size_t alignment, size_t size)
{
    void *block = memalign(alignment, size);

    if (!block) {
        return ENOMEM;
    }
    *ret_block = block;
    return 0;
}

void free(void *block)
{
    live -= block ? 1 : 0;
    __libc_free(block);
}
