/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "rig.h"

static const struct rig_driver *current;

static int set_up(void **state)
{
    *state = rig_new(current);
    return 0;
}

static int tear_down(void **state)
{
    rig_free(*state);
    return 0;
}

static int run(const char *group, const struct rig_tests *tests)
{
    struct CMUnitTest table[64] = {{0}};
    char name[64];

    (void)snprintf(name, sizeof name, "%s: %s", current->name, group);
    for (size_t i = 0; i < tests->count && i < sizeof table / sizeof table[0]; i++) {
        table[i] = tests->tests[i];
        table[i].setup_func = set_up;
        table[i].teardown_func = tear_down;
    }
    return _cmocka_run_group_tests(name, table, tests->count, NULL, NULL);
}

static int run_all(void)
{
    int failed = run("put", &put_tests) + run("get", &get_tests) + run("list", &list_tests) +
                 run("full", &full_tests) + run("aside", &aside_tests);

    if (current->is_folder) {
        failed += run("aside in a folder", &aside_folder_tests) + run("folder", &folder_tests) +
                  run("modes", &mode_tests) + run("mounts", &mount_tests) +
                  run("home", &home_tests) + run("kill", &kill_tests);
    }
    return failed;
}

/* All drivers, or those named on the command line. */
int main(int argc, char **argv)
{
    int failed = 0;

    for (size_t i = 0; rig_driver_at(i); i++) {
        bool is_wanted = argc < 2;

        current = rig_driver_at(i);
        for (int a = 1; a < argc; a++) {
            is_wanted = is_wanted || strcmp(argv[a], current->name) == 0;
        }
        failed += is_wanted ? run_all() : 0;
    }
    return failed > 0;
}
