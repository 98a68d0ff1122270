/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/program/alloc.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* The program's own malloc and its kin stand before glibc's for every library in the process, C++
 * ones included; free() stays glibc's. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_bool has_failed;
static void (*say_so)(void);

static void *note(void *memory)
{
    if (!memory && !atomic_exchange(&has_failed, true) && say_so) {
        say_so();
    }
    return memory;
}

void alloc_on_failure(void (*say)(void))
{
    say_so = say;
}

bool alloc_has_failed(void)
{
    return atomic_load(&has_failed);
}

void alloc_forget_failure(void)
{
    atomic_store(&has_failed, false);
}

void *malloc(size_t size)
{
    return note(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return note(__libc_calloc(count, size));
}

/* NULL for 0 bytes is how glibc frees. */
void *realloc(void *memory, size_t size)
{
    void *moved = __libc_realloc(memory, size);

    return size > 0 ? note(moved) : moved;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return note(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size)
{
    return note(__libc_memalign(alignment, size));
}

int posix_memalign(void **ret_memory, size_t alignment, size_t size)
{
    void *memory;

    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    memory = note(__libc_memalign(alignment, size));
    if (!memory) {
        return ENOMEM;
    }
    *ret_memory = memory;
    return 0;
}
