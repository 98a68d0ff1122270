/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <stdio.h>
#include <string.h>

static const struct fox_id pool = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

/* The numbers of a list's images as text: "3 2 1". */
struct numbers {
    char text[2048];
};

static unsigned number_of(const struct fox_id *id)
{
    return (unsigned)id->bytes[14] << 8 | id->bytes[15];
}

static void put_number(struct numbers *numbers, const struct fox_id *id)
{
    const size_t used = strlen(numbers->text);

    (void)snprintf(numbers->text + used, sizeof numbers->text - used, "%s%u", used > 0 ? " " : "",
                   number_of(id));
}

static struct numbers list(struct catalog *c, const struct fox_image_query *query)
{
    struct fox_image_query limited = *query;
    struct numbers numbers = {""};
    AUTO(fox_image_list) rows = {0};
    pxf_error err = {0};

    limited.limit = query->limit > 0 ? query->limit : 1000;
    assert_ok(READ(fox_image_list_in(tx(c), &limited, &rows, &err)));
    for (size_t i = 0; i < rows.count; i++) {
        put_number(&numbers, &rows.rows[i].id);
    }
    return numbers;
}

static void add_at(struct catalog *c, unsigned n, const char *owner, int64_t created_ms)
{
    struct picture picture;
    struct fox_id twin;
    pxf_error err = {0};

    picture_set(&picture, n, owner, &pool);
    picture.row.created_ms = created_ms;
    assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
}

static void add_titled(struct catalog *c, unsigned n, const char *title, const char *description)
{
    struct picture picture;
    struct fox_id twin;
    pxf_error err = {0};

    picture_set(&picture, n, "ada", &pool);
    picture.row.title = lent(title);
    picture.row.description = lent(description);
    assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
}

static void set_state(struct catalog *c, unsigned n, pxf_image_state state)
{
    const struct fox_image_failure failure = {PXF_CORRUPT, "", NULL};
    const struct fox_id id = catalog_id(n);
    pxf_error err = {0};

    assert_ok(WRITE(fox_image_set_state_in(tx(c), &id, state, &failure, NULL, 100, &err)));
}

static void images_are_listed_newest_first(void **state)
{
    struct catalog *c = *state;

    assert_string_equal(list(c, &(struct fox_image_query){0}).text, "");
    add_at(c, 1, "ada", 500);
    add_at(c, 2, "bob", 900);
    add_at(c, 3, "ada", 100);
    add_at(c, 4, "ada", 500); /* a tie is broken by the id */
    assert_string_equal(list(c, &(struct fox_image_query){0}).text, "2 4 1 3");
}

static void a_list_is_narrowed_by_owner_state_and_time(void **state)
{
    static const struct {
        struct fox_image_query query;
        const char *numbers;
    } cases[] = {
        {{.owner = "ada"}, "5 3 2"},
        {{.owner = "ada "}, "6"},
        {{.owner = "Ada"}, ""},
        {{.state = PXF_IMAGE_READY}, "6 5 4"},
        {{.state = PXF_IMAGE_FAILED}, "3"},
        {{.state = PXF_IMAGE_DELETED}, "1"},
        {{.owner = "ada", .state = PXF_IMAGE_READY}, "5"},
        {{.owner = "ada", .state = PXF_IMAGE_DELETED}, "1"},
        {{.from_ms = 3000}, "6 5 4 3"},
        {{.to_ms = 3000}, "2"},
        {{.from_ms = 3000, .to_ms = 5000}, "4 3"},
        {{.from_ms = 5000, .to_ms = 3000}, ""},
        {{.owner = "ada", .from_ms = 3000, .limit = 1}, "5"},
    };
    struct catalog *c = *state;

    add_image(c, 1, "ada", &pool);
    add_image(c, 2, "ada", &pool);
    add_image(c, 3, "ada", &pool);
    add_image(c, 4, "bob", &pool);
    add_image(c, 5, "ada", &pool);
    add_image(c, 6, "ada ", &pool);
    set_state(c, 1, PXF_IMAGE_DELETED);
    set_state(c, 3, PXF_IMAGE_FAILED);
    set_state(c, 4, PXF_IMAGE_READY);
    set_state(c, 5, PXF_IMAGE_READY);
    set_state(c, 6, PXF_IMAGE_READY);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(list(c, &cases[i].query).text, cases[i].numbers);
    }
}

static void a_text_is_found_letter_by_letter(void **state)
{
    static const struct {
        const char *text, *numbers;
    } cases[] = {
        {"cat", "2 1"},
        {"CAT", "2 1"},
        {"Black Cat", "1"},
        {"100%", "3"},
        {"%", "3"},
        {"_", "4"},
        {"\\", "5"},
        {"it's", "5"},
        {"''", ""},
        {"\"", "5"},
        {"!", "6"},
        {"Ärger", "7"},
        {"ärger", "7"},
        {"", "8 7 6 5 4 3 2 1"},
        {"nothing like it", ""},
        {" ", "5 4 2 1"},
    };
    struct catalog *c = *state;

    add_titled(c, 1, "My black cat", NULL);
    add_titled(c, 2, NULL, "a CATALOGUE");
    add_titled(c, 3, "100%", NULL);
    add_titled(c, 4, "under_score", "of course");
    add_titled(c, 5, "it's a \"back\\slash\"", NULL);
    add_titled(c, 6, NULL, "!");
    add_titled(c, 7, "Ärger/ärger", NULL);
    add_titled(c, 8, NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(list(c, &(struct fox_image_query){.text = cases[i].text}).text,
                            cases[i].numbers);
    }
    assert_string_equal(
        list(c, &(struct fox_image_query){.owner = "ada", .text = "a", .to_ms = 3000}).text, "2 1");
}

/* All pages of a list, one after the other; before each page something may happen. */
static struct numbers page_through(struct catalog *c, const struct fox_image_query *query,
                                   void (*before_page)(struct catalog *c, unsigned page))
{
    struct fox_image_query next = *query;
    struct numbers numbers = {""};
    char cursor[FOX_CURSOR_BYTES];

    for (unsigned page = 0;; page++) {
        AUTO(fox_image_list) rows = {0};
        pxf_error err = {0};

        before_page(c, page);
        assert_ok(READ(fox_image_list_in(tx(c), &next, &rows, &err)));
        assert_true(rows.count <= query->limit);
        if (rows.count == 0) {
            return numbers;
        }
        for (size_t i = 0; i < rows.count; i++) {
            put_number(&numbers, &rows.rows[i].id);
        }
        fox_image_cursor(cursor, &rows.rows[rows.count - 1]);
        next.cursor = cursor;
    }
}

static void leave_alone(struct catalog *c, unsigned page)
{
    (void)c;
    (void)page;
}

static void pages_of_every_size_give_the_whole_list_once(void **state)
{
    struct catalog *c = *state;

    for (unsigned n = 1; n <= 9; n++) {
        add_at(c, n, n % 3 == 0 ? "bob" : "ada", n < 6 ? 1000 : 2000); /* many of one instant */
    }
    for (size_t limit = 1; limit <= 10; limit++) {
        const struct fox_image_query all = {.limit = limit};
        const struct fox_image_query some = {
            .owner = "ada", .state = PXF_IMAGE_PENDING, .text = NULL, .limit = limit};

        assert_string_equal(page_through(c, &all, leave_alone).text, "9 8 7 6 5 4 3 2 1");
        assert_string_equal(page_through(c, &some, leave_alone).text, "8 7 5 4 2 1");
    }
}

/* A newer and an older image, and one that goes, between any two pages. */
static void disturb(struct catalog *c, unsigned page)
{
    if (page == 0 || page > 5) {
        return;
    }
    add_at(c, 500 + page, "new", 90000 + (int64_t)page);
    set_state(c, 21 - page, PXF_IMAGE_DELETED); /* was on an earlier page */
}

static void pages_stay_stable_while_rows_come_and_go(void **state)
{
    struct catalog *c = *state;
    const struct fox_image_query query = {.limit = 5};

    for (unsigned n = 1; n <= 20; n++) {
        add_image(c, n, "ada", &pool);
    }
    assert_string_equal(page_through(c, &query, disturb).text,
                        "20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1");
}

static void a_cursor_of_a_removed_row_goes_on(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(2);
    struct picture picture;
    char cursor[FOX_CURSOR_BYTES];

    for (unsigned n = 1; n <= 3; n++) {
        add_image(c, n, "ada", &pool);
    }
    picture_set(&picture, 2, "ada", &pool);
    fox_image_cursor(cursor, &picture.row);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 9, &err)));
    assert_ok(WRITE(fox_image_remove_in(tx(c), &id, &err)));
    assert_string_equal(list(c, &(struct fox_image_query){.cursor = cursor}).text, "1");
}

static void a_query_out_of_range_is_invalid(void **state)
{
    static char long_text[1002];
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_image_query bad[] = {
        {.limit = 0},
        {.limit = 1001},
        {.limit = 5, .text = "\xff"},
        {.limit = 5, .text = long_text},
        {.limit = 5, .cursor = ""},
        {.limit = 5, .cursor = "1000-01980000000070008000000000000001-00000000"},
        {.limit = 5, .cursor = "x' OR 1=1"},
    };
    struct fox_image_list rows = {0};

    memset(long_text, 'a', sizeof long_text - 1);
    add_image(c, 1, "ada", &pool);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_fails(READ(fox_image_list_in(tx(c), &bad[i], &rows, &err)), PXF_INVALID);
        assert_int_equal(rows.count, 0);
    }
    long_text[1000] = '\0';
    assert_string_equal(list(c, &(struct fox_image_query){.text = long_text}).text, "");
}

static struct numbers ids(const struct fox_id_list *list)
{
    struct numbers numbers = {""};

    for (size_t i = 0; i < list->count; i++) {
        put_number(&numbers, &list->ids[i]);
    }
    return numbers;
}

static void the_living_images_of_an_owner_come_oldest_first(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_id_list) some = {0};
    AUTO(fox_id_list) all = {0};
    AUTO(fox_id_list) none = {0};

    add_at(c, 1, "ada", 900);
    add_at(c, 2, "ada", 100);
    add_at(c, 3, "ada ", 200);
    add_at(c, 4, "ada", 300);
    add_at(c, 5, "ada", 400);
    set_state(c, 5, PXF_IMAGE_DELETED);
    assert_ok(READ(fox_image_ids_of_owner_in(tx(c), "ada", 100, &all, &err)));
    assert_string_equal(ids(&all).text, "2 4 1");
    assert_ok(READ(fox_image_ids_of_owner_in(tx(c), "ada", 2, &some, &err)));
    assert_string_equal(ids(&some).text, "2 4");
    assert_ok(READ(fox_image_ids_of_owner_in(tx(c), "bob", 2, &none, &err)));
    assert_int_equal(none.count, 0);
}

static struct fox_id_list staying(struct catalog *c, const struct fox_image_stay *stay)
{
    struct fox_id_list list = {0};
    pxf_error err = {0};

    assert_ok(READ(fox_image_ids_in_state_in(tx(c), stay, &list, &err)));
    return list;
}

static void images_that_stay_in_a_state_are_swept_page_by_page(void **state)
{
    struct catalog *c = *state;
    struct fox_image_stay stay = {.state = PXF_IMAGE_PENDING, .before_ms = 5000, .limit = 2};
    AUTO(fox_id_list) first = {0};
    AUTO(fox_id_list) second = {0};
    AUTO(fox_id_list) end = {0};
    AUTO(fox_id_list) processing = {0};

    add_at(c, 1, "ada", 1000); /* pending since then */
    add_at(c, 2, "ada", 2000);
    add_at(c, 5, "ada", 3000);
    add_at(c, 4, "ada", 3000); /* a tie is broken by the id */
    add_at(c, 3, "ada", 4999);
    add_at(c, 6, "ada", 5000);
    set_state(c, 2, PXF_IMAGE_PROCESSING); /* since 100 */
    first = staying(c, &stay);
    assert_string_equal(ids(&first).text, "1 4");
    stay.after = first.last;
    second = staying(c, &stay);
    assert_string_equal(ids(&second).text, "5 3");
    stay.after = second.last;
    end = staying(c, &stay);
    assert_int_equal(end.count, 0);
    stay = (struct fox_image_stay){PXF_IMAGE_PROCESSING, 101, {0}, 9};
    processing = staying(c, &stay);
    assert_string_equal(ids(&processing).text, "2");
}

CATALOG_SUITE(image_list, cmocka_unit_test(images_are_listed_newest_first),
              cmocka_unit_test(a_list_is_narrowed_by_owner_state_and_time),
              cmocka_unit_test(a_text_is_found_letter_by_letter),
              cmocka_unit_test(pages_of_every_size_give_the_whole_list_once),
              cmocka_unit_test(pages_stay_stable_while_rows_come_and_go),
              cmocka_unit_test(a_cursor_of_a_removed_row_goes_on),
              cmocka_unit_test(a_query_out_of_range_is_invalid),
              cmocka_unit_test(the_living_images_of_an_owner_come_oldest_first),
              cmocka_unit_test(images_that_stay_in_a_state_are_swept_page_by_page))
