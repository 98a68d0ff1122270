/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"

enum { THREADS = 4, ROUNDS = 20000 };

static void bytes_are_a_copy(void **state)
{
    pxf_error err = {0};
    char data[] = "a\0b";
    AUTO(fox_bytes) *bytes = fox_bytes_new(data, 3, &err);

    (void)state;
    data[0] = 'x';
    assert_int_equal(fox_bytes_size(bytes), 3);
    assert_memory_equal(fox_bytes_data(bytes), "a\0b", 3);
}

static void no_bytes_are_bytes_too(void **state)
{
    pxf_error err = {0};
    AUTO(fox_bytes) *bytes = fox_bytes_new(NULL, 0, &err);

    (void)state;
    assert_non_null(bytes);
    assert_int_equal(fox_bytes_size(bytes), 0);
    assert_non_null(fox_bytes_data(bytes));
}

static void more_than_can_be_is_no_memory(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_null(fox_bytes_new("", SIZE_MAX / 2, &err));
    assert_int_equal(err.status, PXF_NO_MEMORY);
}

static void memory_that_is_taken_is_not_copied(void **state)
{
    pxf_error err = {0};
    char *memory = malloc(10);
    AUTO(fox_bytes) *bytes = fox_bytes_take(memory, 10, &err);

    (void)state;
    assert_ptr_equal(fox_bytes_data(bytes), memory);
}

static void a_mapping_ends_with_its_last_owner(void **state)
{
    pxf_error err = {0};
    const size_t size = 4096;
    unsigned char in_core;
    void *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct fox_bytes *bytes = fox_bytes_take_mapping(mapping, size, &err);
    struct fox_bytes *shared = fox_bytes_share(bytes);

    (void)state;
    fox_bytes_free(bytes);
    assert_int_equal(mincore(mapping, size, &in_core), 0);
    fox_bytes_free(shared);
    assert_int_equal(mincore(mapping, size, &in_core), -1);
}

static void nothing_can_be_freed(void **state)
{
    pxf_error err = {0};
    struct fox_bytes *bytes = fox_bytes_take_mapping(NULL, 0, &err);

    (void)state;
    fox_bytes_free(NULL);
    assert_int_equal(fox_bytes_size(bytes), 0);
    fox_bytes_free(bytes);
}

static void *share_and_free(void *ctx)
{
    struct fox_bytes *bytes = ctx;

    for (int i = 0; i < ROUNDS; i++) {
        fox_bytes_free(fox_bytes_share(bytes));
    }
    fox_bytes_free(bytes);
    return NULL;
}

static void owners_on_many_threads_free_it_once(void **state)
{
    pxf_error err = {0};
    struct fox_bytes *bytes = fox_bytes_new("abc", 3, &err);
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, share_and_free, fox_bytes_share(bytes)),
                         0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_memory_equal(fox_bytes_data(bytes), "abc", 3);
    fox_bytes_free(bytes);
}

SUITE(bytes, cmocka_unit_test(bytes_are_a_copy), cmocka_unit_test(no_bytes_are_bytes_too),
      cmocka_unit_test(more_than_can_be_is_no_memory),
      cmocka_unit_test(memory_that_is_taken_is_not_copied),
      cmocka_unit_test(a_mapping_ends_with_its_last_owner), cmocka_unit_test(nothing_can_be_freed),
      cmocka_unit_test(owners_on_many_threads_free_it_once))
