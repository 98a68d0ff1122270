/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a picture into the store ./gallery and prints its variants. */
#include <stdio.h>

#include <pixelfox/pixelfox.h>

int main(int argc, char **argv)
{
    pxf_error err;
    pxf_store *store = argc == 2 ? pxf_store_open("gallery", NULL, &err) : NULL;
    pxf_image *put = store ? pxf_image_put_file(store, argv[1], "ada", NULL, &err) : NULL;
    pxf_image *image = put ? pxf_image_wait(put, PXF_FOREVER, NULL, &err) : NULL;

    if (!image) {
        fprintf(stderr, "%s\n", argc == 2 ? err.message : "usage: hello PICTURE");
        return 1;
    }
    for (size_t i = 0; i < pxf_image_variant_count(image); i++) {
        const pxf_variant *v = pxf_image_variant(image, i);

        printf("%s %u %s\n", pxf_variant_kind(v), pxf_variant_width_px(v),
               pxf_variant_key(v) ? pxf_variant_key(v) : pxf_variant_skip_reason(v));
    }
    pxf_image_free(image);
    pxf_image_free(put);
    pxf_store_close(store);
    return 0;
}
