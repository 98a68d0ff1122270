/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include "model/nearest.h"

static const char *const commands[] = {
    "init",   "put",  "work",   "show",   "list",    "get",      "delete",
    "verify", "pool", "render", "events", "metrics", "settings", "jobs",
};

static const char *nearest_command(const char *typed)
{
    struct fox_nearest nearest = fox_nearest_to(typed);

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        fox_nearest_offer(&nearest, commands[i]);
    }
    return nearest.best;
}

static void a_typo_finds_the_name_that_was_meant(void **state)
{
    static const struct {
        const char *typed, *meant;
    } rows[] = {
        {"verfy", "verify"},      {"verifiy", "verify"},   {"vreify", "verify"},
        {"verifx", "verify"},     {"rendre", "render"},    {"lsit", "list"},
        {"settigns", "settings"}, {"setings", "settings"}, {"deleet", "delete"},
        {"delet", "delete"},      {"puut", "put"},         {"showw", "show"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *best = nearest_command(rows[i].typed);

        assert_non_null(best);
        assert_string_equal(best, rows[i].meant);
    }
}

static void a_beginning_stands_for_the_whole_name(void **state)
{
    (void)state;
    assert_string_equal(nearest_command("met"), "metrics");
    assert_string_equal(nearest_command("sett"), "settings");
    assert_null(nearest_command("me"));
}

static void what_is_far_from_all_has_no_nearest(void **state)
{
    static const char *const others[] = {
        "", "x", "ab", "qqqq", "banana", "inventory", "completely different"};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_null(nearest_command(others[i]));
    }
}

static void the_nearer_of_two_is_taken_whatever_their_order(void **state)
{
    static const char *const pairs[][2] = {{"webp_quality", "webp_qualify"},
                                           {"webp_qualify", "webp_quality"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fox_nearest nearest = fox_nearest_to("webp_qualty");

        fox_nearest_offer(&nearest, pairs[i][0]);
        fox_nearest_offer(&nearest, pairs[i][1]);
        assert_string_equal(nearest.best, "webp_quality");
        assert_int_equal(nearest.rank, 2);
    }
}

static void of_two_longer_names_the_shorter_is_taken(void **state)
{
    struct fox_nearest nearest = fox_nearest_to("back");

    (void)state;
    fox_nearest_offer(&nearest, "backup_interval");
    fox_nearest_offer(&nearest, "backup_enabled");
    fox_nearest_offer(&nearest, "backup_interval_min");
    assert_string_equal(nearest.best, "backup_enabled");
}

static void a_distance_counts_each_way_to_mistype(void **state)
{
    static const struct {
        const char *typed, *name;
        size_t distance;
    } rows[] = {
        {"recipes", "recipes", 0},  {"recpies", "recipes", 1},  {"recips", "recipes", 1},
        {"reciipes", "recipes", 1}, {"rexipes", "recipes", 1},  {"ercpies", "recipes", 2},
        {"rxxxpes", "recipes", 3},  {"ecipesxx", "recipes", 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fox_nearest nearest = fox_nearest_to(rows[i].typed);

        fox_nearest_offer(&nearest, rows[i].name);
        assert_non_null(nearest.best);
        assert_int_equal(nearest.rank, 2 * rows[i].distance);
    }
}

static void a_text_without_end_is_no_typo(void **state)
{
    static const char sixty_five[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static const char sixty_four[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    struct fox_nearest long_one = fox_nearest_to(sixty_five);
    struct fox_nearest longest = fox_nearest_to(sixty_four);

    (void)state;
    fox_nearest_offer(&long_one, sixty_four);
    assert_null(long_one.best);
    fox_nearest_offer(&longest, sixty_five);
    assert_null(longest.best);
    fox_nearest_offer(&longest, sixty_four);
    assert_int_equal(longest.rank, 0);
}

SUITE(nearest, cmocka_unit_test(a_typo_finds_the_name_that_was_meant),
      cmocka_unit_test(a_beginning_stands_for_the_whole_name),
      cmocka_unit_test(what_is_far_from_all_has_no_nearest),
      cmocka_unit_test(the_nearer_of_two_is_taken_whatever_their_order),
      cmocka_unit_test(of_two_longer_names_the_shorter_is_taken),
      cmocka_unit_test(a_distance_counts_each_way_to_mistype),
      cmocka_unit_test(a_text_without_end_is_no_typo))
