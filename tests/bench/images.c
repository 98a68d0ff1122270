/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the variants of one picture and prints how long it took, once the helper is warm. See
 * tests/bench/run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pixelfox/pixelfox.h>

/* A picture of one pixel, as the first thing that the helper works on. */
static const unsigned char pixel[] = {
    0x42, 0x4d, 0x3a, 0, 0, 0, 0, 0, 0,  0, 0x36, 0, 0, 0, 0x28, 0,  0,   0, 1, 0,
    0,    0,    1,    0, 0, 0, 1, 0, 24, 0, 0,    0, 0, 0, 4,    0,  0,   0, 0, 0,
    0,    0,    0,    0, 0, 0, 0, 0, 0,  0, 0,    0, 0, 0, 30,   20, 220, 0,
};

static double now_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void give_up(const pxf_error *err)
{
    fprintf(stderr, "bench-images: %s\n", err->message);
    exit(1);
}

static void save(const pxf_variant *variant, const char *folder)
{
    char path[4096];
    pxf_error err;
    pxf_bytes *bytes;
    FILE *file;

    if (pxf_variant_skip_reason(variant)) {
        return;
    }
    bytes = pxf_variant_read(variant, 0, 0, NULL, &err);
    if (!bytes) {
        give_up(&err);
    }
    (void)snprintf(path, sizeof path, "%s/%s.%s", folder, pxf_variant_kind(variant),
                   strchr(pxf_variant_type(variant), '/') + 1);
    file = fopen(path, "wb");
    if (!file || fwrite(pxf_bytes_data(bytes), 1, pxf_bytes_size(bytes), file) == 0 ||
        fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    pxf_bytes_free(bytes);
}

static double render(const pxf_config *config, const char *path, const char *folder)
{
    pxf_error err;
    pxf_render *render = pxf_render_new(config, &err);
    pxf_variant *variant;
    double began_s;

    if (!render || pxf_render_run_bytes(render, pixel, sizeof pixel, NULL, &err) != PXF_OK) {
        give_up(&err);
    }
    began_s = now_s();
    if (pxf_render_run(render, path, NULL, &err) != PXF_OK) {
        give_up(&err);
    }
    while ((variant = pxf_render_next(render))) {
        save(variant, folder);
        pxf_variant_free(variant);
    }
    began_s = now_s() - began_s;
    pxf_render_free(render);
    return began_s;
}

/* Put, and worked by the thread that waits. */
static void work(pxf_image *put)
{
    pxf_error err;
    pxf_image *image = put ? pxf_image_wait(put, PXF_FOREVER, NULL, &err) : NULL;

    if (!image) {
        give_up(&err);
    }
    if (pxf_image_get_state(image) != PXF_IMAGE_READY) {
        fprintf(stderr, "bench-images: %s\n", pxf_image_failure(image));
        exit(1);
    }
    pxf_image_free(image);
    pxf_image_free(put);
}

static double store(const pxf_config *config, const char *path, const char *folder)
{
    pxf_error err;
    pxf_store *store = pxf_store_open(folder, config, &err);
    double began_s;

    if (!store) {
        give_up(&err);
    }
    work(pxf_image_put_bytes(store, pixel, sizeof pixel, "bench", NULL, &err));
    began_s = now_s();
    work(pxf_image_put_file(store, path, "bench", NULL, &err));
    began_s = now_s() - began_s;
    pxf_store_close(store);
    return began_s;
}

int main(int argc, char **argv)
{
    pxf_error err;
    pxf_config *config = pxf_config_new(&err);
    double took_s;

    if (argc != 5) {
        fprintf(stderr, "usage: bench-images render|store PRESET PICTURE FOLDER\n");
        return 2;
    }
    if (!config || pxf_config_set_text(config, "render.preset", argv[2], &err) != PXF_OK) {
        give_up(&err);
    }
    took_s = strcmp(argv[1], "render") == 0 ? render(config, argv[3], argv[4])
                                            : store(config, argv[3], argv[4]);
    printf("{\"wall_s\": %.4f}\n", took_s);
    pxf_config_free(config);
    return 0;
}
