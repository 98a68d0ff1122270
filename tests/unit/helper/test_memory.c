/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "helper/kit.h"

/* Too little memory, on either side; a sanitizer's own allocator knows no such limit. */

/* The address space of this process, and `more`; 0: no limit. */
static void limit_address_space(rlim_t more)
{
    struct rlimit limit;
    long pages = 0;
    FILE *file;

    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    if (more > 0) {
        file = fopen("/proc/self/statm", "re");
        assert_non_null(file);
        assert_int_equal(fscanf(file, "%ld", &pages), 1);
        assert_int_equal(fclose(file), 0);
        limit.rlim_cur = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;
    }
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

/* The host's own want is no crash of the helper's: it costs no strike against the picture. */
static void a_variant_that_the_host_cannot_map_is_no_crash(void **state)
{
    const int bmp = kit_bmp(8, 8);
    const struct fox_helper_request request = kit_request(bmp);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    pxf_status status;
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "large", 1);
    assert_ok(fox_helpers_version(kit.helpers, &(const char *){NULL}, &err));
    limit_address_space(4 << 20);
    status = kit_render(&kit, &request, &taken, &err);
    limit_address_space(0);
    assert_int_equal(status, PXF_NO_MEMORY);
    assert_int_equal(err.code, ENOMEM);
    assert_non_null(strstr(err.message, "cannot be mapped"));
    assert_string_equal(taken.rule, "");
    assert_int_equal(taken.count, 0);
    assert_true(kit_meter(&kit, "deaths{reason=\"crashed\"}") == 0);
    fox_fail_clear(&err);
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_int_equal(close(bmp), 0);
    kit_close(&kit);
}

static void too_little_memory_is_a_limit_wherever_it_runs_out(void **state)
{
    const int bmp = kit_bmp(700, 500);
    struct fox_helper_request request = kit_request(bmp);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    size_t limits = 0;
    (void)state;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    for (uint64_t mebibytes = 1; mebibytes <= 32; mebibytes *= 2) {
        pxf_status status;

        request.memory_bytes = mebibytes << 20;
        status = kit_render(&kit, &request, &taken, &err);
        if (status == PXF_OK) {
            continue;
        }
        if (status != PXF_LIMIT || strcmp(taken.rule, "memory_limit") != 0) {
            fail_msg("with %d MiB: %s (%s)", (int)mebibytes, err.message, taken.rule);
        }
        limits++;
        fox_fail_clear(&err);
    }
    assert_true(limits >= 3);
    request.memory_bytes = 0;
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_int_equal(close(bmp), 0);
    kit_close(&kit);
}

SUITE(memory, cmocka_unit_test(a_variant_that_the_host_cannot_map_is_no_crash),
      cmocka_unit_test(too_little_memory_is_a_limit_wherever_it_runs_out))
