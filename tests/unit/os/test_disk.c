/* SPDX-License-Identifier: Apache-2.0 */
#include "os/disk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/mount.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/folder.h"
#include "os/memfd.h"
#include "support/scratch.h"
#include "support/suite.h"

static void a_disk_tells_what_it_is_and_what_is_free(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = {0}, memory = {0};
    struct fox_disk disk, other;

    (void)state;
    fox_scratch_make_folder(&scratch, "memory");
    fox_scratch_mount(&scratch, "memory", "size=1m,nr_inodes=100");
    assert_ok(fox_folder_open(&root, scratch.path, PXF_ORIGIN_POOL, &err));
    assert_ok(
        fox_folder_open(&memory, fox_scratch_path(&scratch, "memory"), PXF_ORIGIN_POOL, &err));
    assert_ok(fox_disk_stat(&other, &root, &err));
    assert_ok(fox_disk_stat(&disk, &memory, &err));
    assert_int_equal(disk.kind, FOX_DISK_MEMORY);
    assert_string_equal(disk.name, "tmpfs");
    assert_int_equal(disk.total_bytes, 1 << 20);
    assert_int_equal(disk.free_bytes, 1 << 20);
    assert_int_equal(disk.free_inodes, 99);
    assert_false(disk.is_read_only);
    assert_true(disk.device != other.device || disk.fsid != other.fsid);
    assert_true(fox_disk_suits_database(&disk));
    assert_int_equal(
        mount(NULL, fox_scratch_path(&scratch, "memory"), NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_ok(fox_disk_stat(&disk, &memory, &err));
    assert_true(disk.is_read_only);
}

static void a_network_disk_is_no_place_for_a_database(void **state)
{
    static const enum fox_disk_kind refused[] = {FOX_DISK_NFS,      FOX_DISK_CIFS,
                                                 FOX_DISK_9P,       FOX_DISK_FUSE,
                                                 FOX_DISK_VIRTIOFS, FOX_DISK_CLUSTER};

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct fox_disk disk = {.kind = refused[i]};

        assert_false(fox_disk_suits_database(&disk));
    }
}

static void an_unknown_file_system_is_named_by_its_number(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) proc = {0};
    struct fox_disk disk;

    (void)state;
    assert_ok(fox_folder_open(&proc, "/proc", PXF_ORIGIN_NONE, &err));
    assert_ok(fox_disk_stat(&disk, &proc, &err));
    assert_string_equal(disk.name, "0x9fa0");
    assert_int_equal(disk.kind, FOX_DISK_LOCAL);
    assert_int_equal(disk.free_inodes, UINT64_MAX);
}

static void a_sealed_memory_file_is_mapped_and_cannot_change(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) memfd = {0};
    AUTO(fox_bytes) *bytes = NULL;
    uint64_t size = 0;

    (void)state;
    assert_ok(fox_memfd_new(&memfd, "variant", PXF_ORIGIN_HELPER, &err));
    assert_true(fcntl(fox_fd_number(&memfd), F_GETFD) & FD_CLOEXEC);
    assert_ok(fox_file_write(&memfd, "pixels", 6, &err));
    assert_fails(fox_memfd_check(&memfd, 100, &size, &err), PXF_CORRUPT);
    assert_null(fox_memfd_map(&memfd, 100, &err));
    fox_fail_clear(&err);
    assert_ok(fox_memfd_seal(&memfd, &err));
    assert_ok(fox_memfd_check(&memfd, 6, &size, &err));
    assert_int_equal(size, 6);
    assert_fails(fox_memfd_check(&memfd, 5, &size, &err), PXF_CORRUPT);
    assert_fails(fox_file_write_at(&memfd, 0, "x", 1, &err), PXF_DENIED);
    assert_fails(fox_file_set_size(&memfd, 3, &err), PXF_DENIED);
    assert_fails(fox_file_set_size(&memfd, 30, &err), PXF_DENIED);
    bytes = fox_memfd_map(&memfd, 6, &err);
    assert_non_null(bytes);
    fox_fd_let_go(&memfd);
    assert_int_equal(fox_bytes_size(bytes), 6);
    assert_memory_equal(fox_bytes_data(bytes), "pixels", 6);
}

static void each_seal_that_is_missing_is_noticed(void **state)
{
    static const int partial[] = {
        F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL,
        F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL, F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL,
        F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL};
    pxf_error err = {0};
    uint64_t size;

    (void)state;
    for (size_t i = 0; i < sizeof partial / sizeof partial[0]; i++) {
        AUTO(fox_fd) memfd = {0};

        assert_ok(fox_memfd_new(&memfd, "variant", PXF_ORIGIN_HELPER, &err));
        assert_int_equal(fcntl(fox_fd_number(&memfd), F_ADD_SEALS, partial[i]), 0);
        assert_fails(fox_memfd_check(&memfd, 100, &size, &err), PXF_CORRUPT);
    }
}

static void what_is_no_memory_file_is_refused(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) file = {0}, empty = {0};
    uint64_t size;

    (void)state;
    fox_scratch_put(&scratch, "a", "text");
    assert_ok(fox_file_open(&file, fox_scratch_path(&scratch, "a"), PXF_ORIGIN_HELPER, &err));
    assert_fails(fox_memfd_check(&file, 100, &size, &err), PXF_CORRUPT);
    assert_fails(fox_memfd_seal(&file, &err), PXF_DENIED);
    assert_ok(fox_memfd_new(&empty, "empty", PXF_ORIGIN_HELPER, &err));
    assert_ok(fox_memfd_seal(&empty, &err));
    assert_null(fox_memfd_map(&empty, 100, &err));
    assert_int_equal(err.status, PXF_CORRUPT);
}

static void sealing_waits_for_no_writer(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) memfd = {0};
    void *map;

    (void)state;
    assert_ok(fox_memfd_new(&memfd, "mapped", PXF_ORIGIN_HELPER, &err));
    assert_ok(fox_file_set_size(&memfd, 4096, &err));
    map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fox_fd_number(&memfd), 0);
    assert_true(map != MAP_FAILED);
    assert_fails(fox_memfd_seal(&memfd, &err), PXF_BUSY);
    assert_int_equal(munmap(map, 4096), 0);
    assert_ok(fox_memfd_seal(&memfd, &err));
}

static void the_systems_clocks_and_randomness_move(void **state)
{
    pxf_error err = {0};
    struct fox_env env = {0};
    unsigned char one[700] = {0}, other[700] = {0};

    (void)state;
    fox_os_env(&env);
    assert_true(fox_env_now_ms(&env) > INT64_C(1700000000000));
    assert_true(fox_env_monotonic_ms(&env) > 0);
    assert_true(fox_clock_monotonic_ms() >= fox_env_monotonic_ms(&env) - 1000);
    assert_ok(fox_env_random(&env, one, sizeof one, &err));
    assert_ok(fox_env_random(&env, other, sizeof other, &err));
    assert_memory_not_equal(one, other, sizeof one);
    assert_memory_not_equal(one + 600, other + 600, 100);
    assert_null(env.log);
    assert_null(env.meters);
}

SUITE(disk, cmocka_unit_test(a_disk_tells_what_it_is_and_what_is_free),
      cmocka_unit_test(a_network_disk_is_no_place_for_a_database),
      cmocka_unit_test(an_unknown_file_system_is_named_by_its_number),
      cmocka_unit_test(a_sealed_memory_file_is_mapped_and_cannot_change),
      cmocka_unit_test(each_seal_that_is_missing_is_noticed),
      cmocka_unit_test(what_is_no_memory_file_is_refused),
      cmocka_unit_test(sealing_waits_for_no_writer),
      cmocka_unit_test(the_systems_clocks_and_randomness_move))
