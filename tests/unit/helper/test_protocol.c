/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/protocol.h"

#include <string.h>

#include "support/suite.h"

static void a_message_of_its_own_kind_and_size_passes(void **state)
{
    (void)state;
    pxf_error err = {0};

    for (uint32_t kind = FOX_WIRE_HELLO; kind <= FOX_WIRE_LAST_WORDS; kind++) {
        const union fox_wire_message message = {.head =
                                                    fox_wire_head_of((enum fox_wire_kind)kind, 7)};

        assert_true(fox_wire_size(kind) > sizeof message.head);
        assert_ok(fox_wire_check(&message, fox_wire_size(kind), 7, &err));
    }
    assert_int_equal(fox_wire_size(0), 0);
    assert_int_equal(fox_wire_size(FOX_WIRE_LAST_WORDS + 1), 0);
    assert_int_equal(fox_wire_size(UINT32_MAX), 0);
}

static void a_message_that_differs_in_anything_is_corrupt(void **state)
{
    const size_t size = sizeof(struct fox_wire_end);
    const struct fox_wire_head good = fox_wire_head_of(FOX_WIRE_END, 7);
    struct {
        struct fox_wire_head head;
        size_t size;
    } cases[] = {
        {good, 0},           {good, sizeof good - 1},
        {good, sizeof good}, {good, size - 1},
        {good, size + 1},    {good, size},
        {good, size},        {good, size},
        {good, size},        {good, size},
        {good, size},
    };
    (void)state;
    pxf_error err = {0};

    cases[5].head.magic++;
    cases[6].head.version++;
    cases[7].head.kind = FOX_WIRE_HELLO;
    cases[8].head.kind = 99;
    cases[9].head.size--;
    cases[10].head.picture = 8;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const union fox_wire_message message = {.head = cases[i].head};

        assert_fails(fox_wire_check(&message, cases[i].size, 7, &err), PXF_CORRUPT);
    }
}

static void a_text_is_cut_at_a_character_and_ended(void **state)
{
    char field[8];

    (void)state;
    fox_wire_set_text(field, sizeof field, "abc");
    assert_memory_equal(field, "abc\0\0\0\0\0", sizeof field);
    fox_wire_set_text(field, sizeof field, "abcdef\xc3\xa4");
    assert_memory_equal(field, "abcdef\0\0", sizeof field);
    fox_wire_set_text(field, sizeof field, "abcdefgh");
    assert_memory_equal(field, "abcdefg\0", sizeof field);
}

static void what_a_text_may_not_hold_is_replaced_before_it_is_sent(void **state)
{
    static const char turned[] = {'a', '\xe2', '\x80', '\xae', 'b', '\0'}; /* U+202E */
    const char *const texts[] = {"a\nb", "a\x1b[31mb", turned, "a\xff", "a\xc2\x85"};
    char field[32];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fox_wire_set_text(field, sizeof field, texts[i]);
        assert_true(fox_wire_is_text(field, sizeof field));
        assert_int_equal(field[0], 'a');
    }
    fox_wire_set_text(field, sizeof field, "a\nb");
    assert_string_equal(field, "a?b");
}

static void a_field_that_is_not_ended_or_not_clean_is_no_text(void **state)
{
    static const char *const fields[] = {"12345678", "a\xff", "a\nb", "\xe2\x80\xae"};

    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char field[8] = "";

        memcpy(field, fields[i], strlen(fields[i]));
        assert_false(fox_wire_is_text(field, sizeof field));
    }
    assert_true(fox_wire_is_text("", 1));
    assert_true(fox_wire_is_text("\xc3\xa4", 3));
}

static struct fox_helper_request whole_request(void)
{
    return (struct fox_helper_request){
        .fd = 5,
        .sniff = {.format = PXF_FORMAT_PNG,
                  .width_px = 4000,
                  .height_px = 3000,
                  .frame_count = 2,
                  .bit_depth = 16,
                  .channel_count = 4,
                  .orientation = 6,
                  .has_alpha = true,
                  .is_cmyk = true},
        .recipes = fox_builtin_recipes,
        .recipe_count = FOX_BUILTIN_RECIPE_COUNT,
        .preset = FOX_PRESET_SMALL,
        .thread_count = 3,
        .flatten_rgb = {1, 2, 3},
        .keep_truncated = true,
        .memory_bytes = UINT64_C(5) << 30,
        .timeout_ms = 1000,
    };
}

static void a_request_comes_out_as_it_went_in(void **state)
{
    const struct fox_helper_request request = whole_request();
    struct fox_wire_request wire;
    struct fox_helper_request got = {0};
    struct fox_recipe recipes[FOX_RECIPE_LIMIT];
    (void)state;
    pxf_error err = {0};

    fox_wire_write_request(&wire, &request, 9);
    assert_int_equal(wire.head.picture, 9);
    assert_ok(fox_wire_read_request(&got, recipes, &wire, &err));
    assert_int_equal(got.fd, -1);
    assert_int_equal(got.sniff.format, request.sniff.format);
    assert_int_equal(got.sniff.width_px, request.sniff.width_px);
    assert_int_equal(got.sniff.height_px, request.sniff.height_px);
    assert_int_equal(got.sniff.frame_count, request.sniff.frame_count);
    assert_int_equal(got.sniff.bit_depth, request.sniff.bit_depth);
    assert_int_equal(got.sniff.channel_count, request.sniff.channel_count);
    assert_int_equal(got.sniff.orientation, request.sniff.orientation);
    assert_true(got.sniff.has_alpha);
    assert_false(got.sniff.has_profile);
    assert_true(got.sniff.is_cmyk);
    assert_int_equal(got.preset, request.preset);
    assert_int_equal(got.thread_count, request.thread_count);
    assert_memory_equal(got.flatten_rgb, request.flatten_rgb, 3);
    assert_true(got.keep_truncated);
    assert_int_equal(got.memory_bytes, request.memory_bytes);
    assert_int_equal(got.recipe_count, request.recipe_count);
    for (size_t i = 0; i < got.recipe_count; i++) {
        assert_string_equal(got.recipes[i].kind, request.recipes[i].kind);
        assert_int_equal(got.recipes[i].output, request.recipes[i].output);
        assert_int_equal(got.recipes[i].fit, request.recipes[i].fit);
        assert_int_equal(got.recipes[i].width_px, request.recipes[i].width_px);
        assert_int_equal(got.recipes[i].height_px, request.recipes[i].height_px);
        assert_int_equal(got.recipes[i].quality, request.recipes[i].quality);
    }
}

static void a_request_that_no_host_sends_is_refused(void **state)
{
    const struct fox_helper_request request = whole_request();
    struct fox_wire_request wires[8];
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof wires / sizeof wires[0]; i++) {
        fox_wire_write_request(&wires[i], &request, 1);
    }
    wires[0].recipe_count = 0;
    wires[1].recipe_count = FOX_RECIPE_LIMIT + 1;
    wires[2].format = 0;
    wires[3].format = PXF_FORMAT_BMP + 1;
    wires[4].preset = 0;
    wires[5].recipes[7].output = FOX_OUTPUT_ORIGINAL + 1;
    wires[6].recipes[0].fit = 0;
    memset(wires[7].recipes[3].kind, 'x', sizeof wires[7].recipes[3].kind);
    for (size_t i = 0; i < sizeof wires / sizeof wires[0]; i++) {
        struct fox_helper_request got;
        struct fox_recipe recipes[FOX_RECIPE_LIMIT];

        assert_fails(fox_wire_read_request(&got, recipes, &wires[i], &err), PXF_INVALID);
    }
}

static void a_variant_may_be_as_large_as_its_pixels_twice(void **state)
{
    struct fox_helper_request request = whole_request();
    struct fox_wire_request wire;

    (void)state;
    fox_wire_write_request(&wire, &request, 1);
    assert_int_equal(wire.variant_bytes, (UINT64_C(16) << 20) + UINT64_C(8) * 4000 * 3000 * 2);
    request.sniff.frame_count = UINT32_MAX;
    fox_wire_write_request(&wire, &request, 1);
    assert_int_equal(wire.variant_bytes, FOX_WIRE_VARIANT_BYTES);
    request.sniff = (struct fox_sniff){.width_px = UINT32_MAX, .height_px = UINT32_MAX};
    fox_wire_write_request(&wire, &request, 1);
    assert_int_equal(wire.variant_bytes, FOX_WIRE_VARIANT_BYTES);
}

SUITE(protocol, cmocka_unit_test(a_message_of_its_own_kind_and_size_passes),
      cmocka_unit_test(a_message_that_differs_in_anything_is_corrupt),
      cmocka_unit_test(a_text_is_cut_at_a_character_and_ended),
      cmocka_unit_test(what_a_text_may_not_hold_is_replaced_before_it_is_sent),
      cmocka_unit_test(a_field_that_is_not_ended_or_not_clean_is_no_text),
      cmocka_unit_test(a_request_comes_out_as_it_went_in),
      cmocka_unit_test(a_request_that_no_host_sends_is_refused),
      cmocka_unit_test(a_variant_may_be_as_large_as_its_pixels_twice))
