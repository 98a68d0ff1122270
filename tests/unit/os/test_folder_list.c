/* SPDX-License-Identifier: Apache-2.0 */
#include "os/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/scratch.h"
#include "support/suite.h"

static void names_come_in_the_order_of_whole_paths(void **state)
{
    static const char *const wanted[] = {"a",   "b-",   "b.txt", "b/",      "b0",
                                         "c c", "link", "pipe",  "\xc3\xa4"};
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = {0};
    AUTO(fox_folder_page) page = {0};

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (strcmp(wanted[i], "b/") == 0) {
            fox_scratch_make_folder(&scratch, "b");
        } else if (strcmp(wanted[i], "link") == 0) {
            assert_int_equal(symlink("b", fox_scratch_path(&scratch, "link")), 0);
        } else if (strcmp(wanted[i], "pipe") == 0) {
            assert_int_equal(mkfifo(fox_scratch_path(&scratch, "pipe"), 0600), 0);
        } else {
            fox_scratch_put(&scratch, wanted[i], "");
        }
    }
    assert_ok(fox_folder_open(&root, scratch.path, PXF_ORIGIN_POOL, &err));
    assert_ok(fox_folder_list(&page, &root, "", 100, &err));
    assert_int_equal(page.count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < page.count; i++) {
        assert_memory_equal(page.entries[i].name, wanted[i], strcspn(wanted[i], "/"));
    }
    assert_int_equal(page.entries[0].kind, FOX_FILE_REGULAR);
    assert_int_equal(page.entries[3].kind, FOX_FILE_FOLDER);
    assert_int_equal(page.entries[6].kind, FOX_FILE_LINK);
    assert_int_equal(page.entries[7].kind, FOX_FILE_OTHER);
}

static void pages_of_any_size_hold_each_name_once(void **state)
{
    static const size_t limits[] = {1, 2, 7, 99, 100, 101, 5000};
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = {0};
    char name[32];

    (void)state;
    for (int i = 0; i < 100; i++) {
        (void)snprintf(name, sizeof name, "%02d%s", i * 37 % 100, i % 2 ? ".jpg" : "");
        if (i % 10 == 0) {
            fox_scratch_make_folder(&scratch, name);
        } else {
            fox_scratch_put(&scratch, name, "");
        }
    }
    assert_ok(fox_folder_open(&root, scratch.path, PXF_ORIGIN_POOL, &err));
    for (size_t l = 0; l < sizeof limits / sizeof limits[0]; l++) {
        char after[64] = "", last[64] = "";
        size_t count = 0, got;

        do {
            AUTO(fox_folder_page) page = {0};

            assert_ok(fox_folder_list(&page, &root, after, limits[l], &err));
            got = page.count;
            assert_true(got <= limits[l]);
            for (size_t i = 0; i < got; i++) {
                (void)snprintf(after, sizeof after, "%s%s", page.entries[i].name,
                               page.entries[i].kind == FOX_FILE_FOLDER ? "/" : "");
                assert_true(strcmp(last, after) < 0);
                memcpy(last, after, sizeof last);
                count++;
            }
        } while (got > 0);
        assert_int_equal(count, 100);
    }
}

static void an_empty_folder_and_no_room_give_nothing(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = {0};
    AUTO(fox_folder_page) page = {0};

    (void)state;
    assert_ok(fox_folder_open(&root, scratch.path, PXF_ORIGIN_POOL, &err));
    assert_ok(fox_folder_list(&page, &root, "", 10, &err));
    assert_int_equal(page.count, 0);
    fox_scratch_put(&scratch, "a", "");
    assert_ok(fox_folder_list(&page, &root, "", 0, &err));
    assert_int_equal(page.count, 0);
    assert_ok(fox_folder_list(&page, &root, "a", 10, &err));
    assert_int_equal(page.count, 0);
    assert_ok(fox_folder_list(&page, &root, "", 10, &err));
    assert_int_equal(page.count, 1);
}

static void what_is_no_folder_is_not_listed(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) root = {0}, file = {0};
    AUTO(fox_folder_page) page = {0};

    (void)state;
    fox_scratch_put(&scratch, "a", "");
    assert_ok(fox_folder_open(&root, scratch.path, PXF_ORIGIN_POOL, &err));
    assert_ok(fox_folder_open_file(&file, &root, "a", &err));
    assert_fails(fox_folder_list(&page, &file, "", 10, &err), PXF_NOT_FOUND);
}

SUITE(folder_list, cmocka_unit_test(names_come_in_the_order_of_whole_paths),
      cmocka_unit_test(pages_of_any_size_hold_each_name_once),
      cmocka_unit_test(an_empty_folder_and_no_room_give_nothing),
      cmocka_unit_test(what_is_no_folder_is_not_listed))
