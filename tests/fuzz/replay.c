/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a fuzz target without a fuzzer: over the files and folders named on the command line, then
 * over mutations of them from a generator with a fixed seed, so that each run is the same.
 *     replay [-n MUTATIONS] PATH… */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_LIMIT = 1 << 20, SPARE_BYTES = 64, INPUTS_LIMIT = 4096, EDITS_LIMIT = 8 };

struct input {
    uint8_t *data; /* with room for SPARE_BYTES more */
    size_t size;
};

static struct input inputs[INPUTS_LIMIT];
static size_t input_count;

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static uint32_t random_below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % limit);
}

static int load_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = file ? malloc(INPUT_LIMIT + SPARE_BYTES) : NULL;

    if (!data || input_count == INPUTS_LIMIT) {
        fprintf(stderr, "cannot read %s\n", path);
        if (file) {
            (void)fclose(file);
        }
        free(data);
        return 1;
    }
    inputs[input_count].size = fread(data, 1, INPUT_LIMIT, file);
    inputs[input_count++].data = data;
    (void)fclose(file);
    return 0;
}

static int is_plain_name(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A folder's files in the order of their names. */
static int load(const char *path)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, is_plain_name, alphasort);
    int failed = 0;

    if (count < 0) {
        return load_file(path);
    }
    for (int i = 0; i < count; i++) {
        char name[4096];

        (void)snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        failed |= load_file(name);
        free(entries[i]);
    }
    free(entries);
    return failed;
}

/* Numbers at the edges of what headers hold. */
static void put_number(uint8_t *data, size_t size, size_t at)
{
    static const uint32_t numbers[] = {0,          1,          2,          0x7f,       0x80,
                                       0xff,       0x100,      0x7fff,     0x8000,     0xffff,
                                       0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 12};
    const uint32_t number = numbers[random_below(sizeof numbers / sizeof numbers[0])];
    const size_t width = (size_t)1 << random_below(3);
    const int is_little = random_below(2) == 0;

    for (size_t i = 0; i < width && at + i < size; i++) {
        const size_t place = is_little ? i : width - 1 - i;

        data[at + i] = (uint8_t)(number >> (8 * place));
    }
}

static size_t move_bytes(uint8_t *data, size_t size, size_t at)
{
    const size_t count = random_below(SPARE_BYTES / EDITS_LIMIT) + 1;

    if (random_below(2) == 0) {
        memmove(data + at + count, data + at, size - at);
        return size + count;
    }
    if (count >= size - at) {
        return at + 1;
    }
    memmove(data + at, data + at + count, size - at - count);
    return size - count;
}

static size_t edit(uint8_t *data, size_t size)
{
    const size_t at = random_below((uint32_t)size);

    switch (random_below(6)) {
    case 0:
        data[at] ^= (uint8_t)(1U << random_below(8));
        return size;
    case 1:
        data[at] = (uint8_t)random_below(256);
        return size;
    case 2:
        return move_bytes(data, size, at);
    case 3:
        return random_below(8) == 0 ? at + 1 : size;
    default:
        put_number(data, size, at);
        return size;
    }
}

/* A copy of exactly the input's size, so that a sanitizer sees a step past its end. */
static int run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (!copy) {
        return 1;
    }
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    return 0;
}

static int run_mutation(uint8_t *scratch)
{
    const struct input *input = &inputs[random_below((uint32_t)input_count)];
    size_t size = input->size;

    if (size == 0) {
        return 0;
    }
    memcpy(scratch, input->data, size);
    for (uint32_t edits = random_below(EDITS_LIMIT) + 1; edits > 0; edits--) {
        size = edit(scratch, size);
    }
    return run(scratch, size);
}

int main(int argc, char **argv)
{
    uint8_t *scratch = malloc(INPUT_LIMIT + SPARE_BYTES);
    unsigned long mutations = 0;
    int failed = scratch == NULL;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-n") == 0 && i + 1 < argc) {
            mutations = strtoul(argv[++i], NULL, 10);
        } else {
            failed |= load(argv[i]);
        }
    }
    for (size_t i = 0; i < input_count && !failed; i++) {
        failed |= run(inputs[i].data, inputs[i].size);
    }
    for (unsigned long i = 0; i < mutations && input_count > 0 && !failed; i++) {
        failed |= run_mutation(scratch);
    }
    printf("%zu files, %lu mutations\n", input_count, mutations);
    for (size_t i = 0; i < input_count; i++) {
        free(inputs[i].data);
    }
    free(scratch);
    return failed || input_count == 0;
}
