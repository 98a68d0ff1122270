/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct fox_suite *suites;

void fox_suite_add(struct fox_suite *suite)
{
    suite->next = suites;
    suites = suite;
}

static bool is_wanted(const struct fox_suite *suite, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], suite->name) == 0) {
            return true;
        }
    }
    return argc < 2;
}

int main(int argc, char **argv)
{
    int failed = 0, ran = 0;

    for (struct fox_suite *suite = suites; suite; suite = suite->next) {
        if (is_wanted(suite, argc, argv)) {
            failed += suite->run();
            ran++;
        }
    }
    if (ran == 0) {
        fputs("no suite of that name\n", stderr);
        return 2;
    }
    return failed > 0;
}
