/* SPDX-License-Identifier: Apache-2.0 */
#include "os/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "support/scratch.h"
#include "support/suite.h"

static struct fox_fd root_of(const struct fox_scratch *scratch)
{
    pxf_error err = {0};
    struct fox_fd root = {0};

    assert_ok(fox_folder_open(&root, scratch->path, PXF_ORIGIN_POOL, &err));
    return root;
}

static unsigned mode_of(const struct fox_scratch *scratch, const char *name)
{
    struct stat stat;

    assert_int_equal(lstat(fox_scratch_path(scratch, name), &stat), 0);
    return stat.st_mode & 07777U;
}

static size_t names_in(const struct fox_scratch *scratch, const char *name)
{
    pxf_error err = {0};
    AUTO(fox_fd) folder = {0};
    AUTO(fox_folder_page) page = {0};

    assert_ok(fox_folder_open(&folder, fox_scratch_path(scratch, name), PXF_ORIGIN_POOL, &err));
    assert_ok(fox_folder_list(&page, &folder, "", 1000, &err));
    return page.count;
}

static void no_path_leaves_its_folder(void **state)
{
    static const char *const paths[] = {
        "../secret",     "..",   "/etc/passwd", "in/../../secret", "out/secret",
        "in/out/secret", "link", "in/up"};
    pxf_error err = {0};

    (void)state;
    for (int old = 0; old < 2; old++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();

        fox_scratch_put(&scratch, "secret", "hush");
        fox_scratch_make_folder(&scratch, "pool");
        fox_scratch_make_folder(&scratch, "pool/in");
        fox_scratch_put(&scratch, "pool/in/a", "fine");
        assert_int_equal(symlink("..", fox_scratch_path(&scratch, "pool/out")), 0);
        assert_int_equal(symlink("../..", fox_scratch_path(&scratch, "pool/in/out")), 0);
        assert_int_equal(symlink("../secret", fox_scratch_path(&scratch, "pool/link")), 0);
        assert_int_equal(symlink("../a", fox_scratch_path(&scratch, "pool/in/up")), 0);

        AUTO(fox_fd) top = root_of(&scratch), root = {0}, file = {0};
        struct fox_file_stat stat;

        assert_ok(fox_folder_open_in(&root, &top, "pool", &err));
        kernel.has_no_openat2 = old > 0;
        assert_ok(fox_folder_open_file(&file, &root, "in/a", &err));
        for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
            assert_fails(fox_folder_open_file(&file, &root, paths[i], &err), PXF_INVALID);
            assert_fails(fox_folder_open_file_to_write(&file, &root, paths[i], &err), PXF_INVALID);
        }
        assert_fails(fox_folder_open_in(&file, &root, "out", &err), PXF_INVALID);
        assert_fails(fox_folder_open_in(&file, &root, "in/out", &err), PXF_INVALID);
        assert_fails(fox_folder_stat(&stat, &root, "out/secret", &err), PXF_INVALID);
        assert_fails(fox_folder_remove(&root, "out/secret", &err), PXF_INVALID);
        assert_fails(fox_folder_remove(&root, "in/../../secret", &err), PXF_INVALID);
        assert_fails(fox_folder_remove(&root, "/secret", &err), PXF_INVALID);
        assert_int_equal(access(fox_scratch_path(&scratch, "secret"), F_OK), 0);
        assert_int_equal(kernel.refusals > 0, old > 0);
        (void)kernel_reset(NULL);
    }
}

static void a_link_itself_can_be_looked_at_and_removed(void **state)
{
    pxf_error err = {0};

    (void)state;
    for (int old = 0; old < 2; old++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();
        AUTO(fox_fd) root = root_of(&scratch);
        struct fox_file_stat stat;

        kernel.has_no_openat2 = old > 0;
        fox_scratch_make_folder(&scratch, "in");
        assert_int_equal(symlink("/etc/passwd", fox_scratch_path(&scratch, "in/link")), 0);
        assert_ok(fox_folder_stat(&stat, &root, "in/link", &err));
        assert_int_equal(stat.kind, FOX_FILE_LINK);
        assert_ok(fox_folder_remove(&root, "in/link", &err));
        assert_fails(fox_folder_stat(&stat, &root, "in/link", &err), PXF_NOT_FOUND);
        assert_fails(fox_folder_remove(&root, "in/link", &err), PXF_NOT_FOUND);
        assert_int_equal(access("/etc/passwd", F_OK), 0);
        (void)kernel_reset(NULL);
    }
}

static void absent_and_odd_things_are_told_apart(void **state)
{
    pxf_error err = {0};

    (void)state;
    for (int old = 0; old < 2; old++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();
        AUTO(fox_fd) root = root_of(&scratch), file = {0};
        char name[300];

        kernel.has_no_openat2 = old > 0;
        fox_scratch_make_folder(&scratch, "in");
        fox_scratch_put(&scratch, "a", "text");
        assert_int_equal(mkfifo(fox_scratch_path(&scratch, "pipe"), 0600), 0);
        memset(name, 'n', sizeof name);
        name[sizeof name - 1] = '\0';
        assert_fails(fox_folder_open_file(&file, &root, "none", &err), PXF_NOT_FOUND);
        assert_fails(fox_folder_open_file(&file, &root, "none/a", &err), PXF_NOT_FOUND);
        assert_fails(fox_folder_open_file(&file, &root, "a/b", &err), PXF_NOT_FOUND);
        assert_fails(fox_folder_open_file(&file, &root, "in", &err), PXF_INVALID);
        assert_fails(fox_folder_open_file(&file, &root, "pipe", &err), PXF_INVALID);
        assert_fails(fox_folder_open_file(&file, &root, name, &err), PXF_INVALID);
        assert_fails(fox_folder_open_in(&file, &root, "a", &err), PXF_NOT_FOUND);
        assert_ok(fox_folder_open_in(&file, &root, ".", &err));
        (void)kernel_reset(NULL);
    }
    AUTO(fox_fd) folder = {0};

    assert_fails(fox_folder_open(&folder, "/nowhere/at/all", PXF_ORIGIN_STORE, &err),
                 PXF_NOT_FOUND);
}

static void modes_are_exact_whatever_the_umask_is(void **state)
{
    static const struct {
        mode_t mask;
        uint32_t file, folder;
    } cases[] = {{0077, 0640, 0750},
                 {0000, 0640, 0750},
                 {0177, 0644, 0755},
                 {0022, 0600, 0700},
                 {0077, 0664, 02775}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();
        AUTO(fox_fd) root = root_of(&scratch), folder = {0}, file = {0};
        const mode_t before = umask(cases[i].mask);
        size_t made = 0;

        assert_ok(fox_folder_reach(&folder, &made, &root, "2026/11/25", cases[i].folder, &err));
        assert_ok(fox_folder_new_file(&file, &folder, "a", cases[i].file, &err));
        (void)umask(before);
        assert_int_equal(made, 3);
        assert_int_equal(mode_of(&scratch, "2026"), cases[i].folder);
        assert_int_equal(mode_of(&scratch, "2026/11"), cases[i].folder);
        assert_int_equal(mode_of(&scratch, "2026/11/25"), cases[i].folder);
        assert_int_equal(mode_of(&scratch, "2026/11/25/a"), cases[i].file);
        assert_int_equal(names_in(&scratch, ""), 1);
    }
}

static void a_file_is_never_wider_than_wanted(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = root_of(&scratch), file = {0};
    const mode_t before = umask(0);

    (void)state;
    kernel.fchmod_error = EPERM;
    assert_fails(fox_folder_new_file(&file, &root, "a", 0640, &err), PXF_DENIED);
    assert_fails(fox_folder_make(&root, "b", 0750, &err), PXF_DENIED);
    (void)umask(before);
    assert_int_equal(kernel.refusals, 2);
    assert_int_equal(names_in(&scratch, ""), 0);
}

static void a_name_that_a_making_used_is_known(void **state)
{
    (void)state;
    assert_true(fox_folder_is_aside(".new-7d34366d78c0edab"));
    assert_false(fox_folder_is_aside(""));
    assert_false(fox_folder_is_aside(".new-"));
    assert_false(fox_folder_is_aside(".new-7d34366d78c0eda"));
    assert_false(fox_folder_is_aside(".new-7d34366d78c0edab0"));
    assert_false(fox_folder_is_aside(".new-7d34366d78c0edag"));
    assert_false(fox_folder_is_aside(".old-7d34366d78c0edab"));
}

static void a_group_that_a_folder_hands_down_stays(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = root_of(&scratch);
    struct stat stat;

    (void)state;
    assert_int_equal(chown(scratch.path, getuid(), 33), 0);
    assert_int_equal(chmod(scratch.path, 02755), 0);
    assert_ok(fox_folder_make(&root, "day", 0755, &err));
    assert_int_equal(mode_of(&scratch, "day"), 02755);
    assert_int_equal(lstat(fox_scratch_path(&scratch, "day"), &stat), 0);
    assert_int_equal(stat.st_gid, 33);
}

static void what_is_there_is_neither_made_nor_created_again(void **state)
{
    pxf_error err = {0};

    (void)state;
    for (int old = 0; old < 2; old++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();
        AUTO(fox_fd) root = root_of(&scratch), folder = {0}, file = {0};
        size_t made = 9;

        kernel.has_no_renameat2 = old > 0;
        assert_ok(fox_folder_make(&root, "day", 0750, &err));
        assert_fails(fox_folder_make(&root, "day", 0755, &err), PXF_EXISTS);
        assert_int_equal(mode_of(&scratch, "day"), 0750);
        assert_ok(fox_folder_reach(&folder, &made, &root, "day", 0755, &err));
        assert_int_equal(made, 0);
        assert_ok(fox_folder_new_file(&file, &folder, "a", 0644, &err));
        assert_fails(fox_folder_new_file(&file, &folder, "a", 0644, &err), PXF_EXISTS);
        assert_fails(fox_folder_new_file(&file, &folder, "b/c", 0644, &err), PXF_INVALID);
        assert_fails(fox_folder_new_file(&file, &folder, "..", 0644, &err), PXF_INVALID);
        assert_fails(fox_folder_new_file(&file, &folder, "", 0644, &err), PXF_INVALID);
        assert_fails(fox_folder_make(&folder, "b/c", 0644, &err), PXF_INVALID);
        assert_fails(fox_folder_reach(&folder, &made, &root, "day/a/b", 0755, &err), PXF_NOT_FOUND);
        assert_int_equal(names_in(&scratch, ""), 1);
        (void)kernel_reset(NULL);
    }
}

static void reaching_never_passes_a_link(void **state)
{
    pxf_error err = {0};

    (void)state;
    for (int old = 0; old < 2; old++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();
        AUTO(fox_fd) top = root_of(&scratch), root = {0}, folder = {0};
        size_t made;

        kernel.has_no_openat2 = old > 0;
        fox_scratch_make_folder(&scratch, "pool");
        fox_scratch_make_folder(&scratch, "elsewhere");
        assert_int_equal(symlink("../elsewhere", fox_scratch_path(&scratch, "pool/original")), 0);
        assert_ok(fox_folder_open_in(&root, &top, "pool", &err));
        assert_fails(fox_folder_reach(&folder, &made, &root, "original/2026", 0755, &err),
                     PXF_INVALID);
        assert_fails(fox_folder_reach(&folder, &made, &root, "../elsewhere/2026", 0755, &err),
                     PXF_INVALID);
        assert_int_equal(names_in(&scratch, "elsewhere"), 0);
        (void)kernel_reset(NULL);
    }
}

struct remover {
    const char *path;
    atomic_bool ends;
    atomic_size_t removed;
};

static void *remove_again_and_again(void *ctx)
{
    struct remover *remover = ctx;

    while (!atomic_load(&remover->ends)) {
        (void)atomic_fetch_add(&remover->removed, rmdir(remover->path) == 0);
    }
    return NULL;
}

static void a_level_that_is_removed_meanwhile_is_made_again(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = root_of(&scratch);
    struct remover remover = {.path = strdup(fox_scratch_path(&scratch, "2026/11/25"))};
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, remove_again_and_again, &remover), 0);
    for (int i = 0; i < 20000 && atomic_load(&remover.removed) < 200; i++) {
        AUTO(fox_fd) folder = {0};
        size_t made;

        assert_ok(fox_folder_reach(&folder, &made, &root, "2026/11/25", 0755, &err));
    }
    atomic_store(&remover.ends, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(atomic_load(&remover.removed) > 0);
    free((char *)(uintptr_t)remover.path);
}

static void renaming_never_replaces(void **state)
{
    pxf_error err = {0};

    (void)state;
    for (int old = 0; old < 2; old++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();
        AUTO(fox_fd) root = root_of(&scratch), in = {0};
        char text[8];
        size_t size;

        kernel.has_no_renameat2 = old > 0;
        fox_scratch_make_folder(&scratch, "in");
        fox_scratch_put(&scratch, "new", "new");
        fox_scratch_put(&scratch, "in/old", "old");
        assert_ok(fox_folder_open_in(&in, &root, "in", &err));
        assert_fails(fox_folder_rename(&root, "new", &in, "old", &err), PXF_EXISTS);
        assert_ok(fox_folder_read_file(&root, "in/old", text, sizeof text, &size, &err));
        assert_memory_equal(text, "old", 3);
        assert_ok(fox_folder_rename(&root, "new", &in, "other", &err));
        assert_ok(fox_folder_read_file(&root, "in/other", text, sizeof text, &size, &err));
        assert_memory_equal(text, "new", 3);
        assert_int_equal(access(fox_scratch_path(&scratch, "new"), F_OK), -1);
        assert_fails(fox_folder_rename(&root, "new", &in, "third", &err), PXF_NOT_FOUND);
        assert_fails(fox_folder_rename(&root, "in/old", &in, "third", &err), PXF_INVALID);
        assert_ok(fox_folder_replace(&in, "other", &in, "old", &err));
        assert_ok(fox_folder_read_file(&root, "in/old", text, sizeof text, &size, &err));
        assert_memory_equal(text, "new", 3);
        assert_int_equal(kernel.refusals > 0, old > 0);
        (void)kernel_reset(NULL);
    }
}

static void a_lost_answer_to_a_rename_is_noticed(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = root_of(&scratch);

    (void)state;
    kernel.has_no_renameat2 = true;
    kernel.loses_link_answer = true;
    fox_scratch_put(&scratch, "new", "new");
    assert_ok(fox_folder_rename(&root, "new", &root, "key", &err));
    assert_int_equal(kernel.refusals, 2);
    assert_int_equal(names_in(&scratch, ""), 1);
    assert_int_equal(access(fox_scratch_path(&scratch, "key"), F_OK), 0);
}

static void a_small_file_is_read_whole_or_not(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = root_of(&scratch);
    char text[4];
    size_t size;

    (void)state;
    fox_scratch_put(&scratch, "a", "four");
    fox_scratch_put(&scratch, "b", "fives");
    assert_ok(fox_folder_read_file(&root, "a", text, sizeof text, &size, &err));
    assert_int_equal(size, 4);
    assert_fails(fox_folder_read_file(&root, "b", text, sizeof text, &size, &err), PXF_LIMIT);
}

static void every_level_of_a_path_is_synced(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = root_of(&scratch), folder = {0};
    size_t made;

    (void)state;
    assert_ok(fox_folder_reach(&folder, &made, &root, "a/b/c", 0755, &err));
    assert_ok(fox_folder_sync_path(&root, "a/b/c", &err));
    assert_ok(fox_folder_sync_path(&root, "", &err));
    assert_fails(fox_folder_sync_path(&root, "a/none", &err), PXF_NOT_FOUND);
}

static void only_an_empty_folder_is_removed(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = root_of(&scratch);

    (void)state;
    fox_scratch_make_folder(&scratch, "in");
    fox_scratch_put(&scratch, "in/a", "a");
    assert_fails(fox_folder_remove_folder(&root, "in", &err), PXF_EXISTS);
    assert_fails(fox_folder_remove(&root, "in", &err), PXF_INVALID);
    assert_ok(fox_folder_remove(&root, "in/a", &err));
    assert_ok(fox_folder_remove_folder(&root, "in", &err));
}

static void no_call_leaves_a_descriptor_behind(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    const size_t before = fox_scratch_fd_count();

    (void)state;
    for (int old = 0; old < 2; old++) {
        AUTO(fox_fd) root = root_of(&scratch), folder = {0}, file = {0};
        AUTO(fox_folder_page) page = {0};
        struct fox_file_stat stat;
        size_t made;

        kernel.has_no_openat2 = kernel.has_no_renameat2 = old > 0;
        assert_ok(fox_folder_reach(&folder, &made, &root, "a/b/c", 0755, &err));
        assert_ok(fox_folder_new_file(&file, &folder, "f", 0644, &err));
        assert_ok(fox_folder_stat(&stat, &root, "a/b/c/f", &err));
        assert_ok(fox_folder_list(&page, &folder, "", 10, &err));
        fox_fd_let_go(&file);
        assert_fails(fox_folder_open_file(&file, &root, "a/b/c/none", &err), PXF_NOT_FOUND);
        assert_fails(fox_folder_open_file(&file, &root, "a/../x", &err), PXF_INVALID);
        assert_ok(fox_folder_remove(&root, "a/b/c/f", &err));
        (void)kernel_reset(NULL);
    }
    assert_int_equal(fox_scratch_fd_count(), before);
}

SUITE(folder, cmocka_unit_test_teardown(no_path_leaves_its_folder, kernel_reset),
      cmocka_unit_test_teardown(a_link_itself_can_be_looked_at_and_removed, kernel_reset),
      cmocka_unit_test_teardown(absent_and_odd_things_are_told_apart, kernel_reset),
      cmocka_unit_test(modes_are_exact_whatever_the_umask_is),
      cmocka_unit_test_teardown(a_file_is_never_wider_than_wanted, kernel_reset),
      cmocka_unit_test(a_group_that_a_folder_hands_down_stays),
      cmocka_unit_test(a_name_that_a_making_used_is_known),
      cmocka_unit_test_teardown(what_is_there_is_neither_made_nor_created_again, kernel_reset),
      cmocka_unit_test_teardown(reaching_never_passes_a_link, kernel_reset),
      cmocka_unit_test(a_level_that_is_removed_meanwhile_is_made_again),
      cmocka_unit_test_teardown(renaming_never_replaces, kernel_reset),
      cmocka_unit_test_teardown(a_lost_answer_to_a_rename_is_noticed, kernel_reset),
      cmocka_unit_test(a_small_file_is_read_whole_or_not),
      cmocka_unit_test(every_level_of_a_path_is_synced),
      cmocka_unit_test(only_an_empty_folder_is_removed),
      cmocka_unit_test_teardown(no_call_leaves_a_descriptor_behind, kernel_reset))
