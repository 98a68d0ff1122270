/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/program/alloc.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#include "os/service.h"

/* The program's own malloc and its kin stand before glibc's for every library in the process, C++
 * ones included; free() stays glibc's. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { EXIT_NO_MEMORY = 72 };

static pthread_mutex_t first_comes = PTHREAD_MUTEX_INITIALIZER;
static void (*say_so)(void);

void alloc_on_failure(void (*say)(void))
{
    say_so = say;
}

/* The lock is never given back: who comes second waits for the end. */
static void end(void)
{
    if (say_so) {
        (void)pthread_mutex_lock(&first_comes);
        say_so();
        _Exit(EXIT_NO_MEMORY);
    }
}

static void *note(void *memory)
{
    if (!memory) {
        end();
    }
    return memory;
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

/* A thread's stack is memory, too. */
int pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *ctx)
{
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
        (__typeof__(create))fox_service_hidden("pthread_create");
    int number;

    number = create(ret_thread, attributes, run, ctx);
    if (number == EAGAIN || number == ENOMEM) {
        end();
    }
    return number;
}
