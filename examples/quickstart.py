#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the table of examples/quickstart: every variant with its size, bytes, milliseconds and file,
and what the whole came to. Reads `pixelfox --json list` on standard input.

    quickstart.py PIXELFOX GALLERY BEGAN ENDED      the last two in seconds since 1970"""
import json
import os
import subprocess
import sys


def show(pixelfox, gallery, image_id):
    out = subprocess.run([pixelfox, "--store", gallery, "--json", "show", image_id], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out)


def pictures(count):
    return "1 picture" if count == 1 else f"{count} pictures"


def shortest(path):
    """A path as somebody in this folder would type it."""
    near = os.path.relpath(path)
    return path if near.startswith("..") else near


def print_image(image, pool):
    print(f"\n{image.get('title') or image['id']}  {image['width_px']} × {image['height_px']}  "
          f"{image['bytes']:,} bytes  {image['state']}")
    for variant in image.get("variants", []):
        if variant.get("skip_reason"):
            print(f"  {variant['kind']:26} skipped: {variant['skip_reason']}")
            continue
        size = f"{variant['width_px']} × {variant['height_px']}"
        print(f"  {variant['kind']:26} {size:>13} {variant['bytes']:>11,} B "
              f"{variant['render_ms']:>6} ms  {pool}/{variant['key']}")


def print_total(images, began, ended):
    variants = [v for image in images for v in image.get("variants", []) if not v.get("skip_reason")]
    print(f"\n{pictures(len(images))}, {sum(image['bytes'] for image in images):,} bytes; "
          f"{len(variants)} variants, {sum(v['bytes'] for v in variants):,} bytes")
    made = [image for image in images if image["created_ms"] >= int(began * 1000)]
    if not made:
        print("All of them were here before: nothing had to be made.")
        return
    seconds = max(ended - began, 0.001)
    pixels = sum(image["width_px"] * image["height_px"] for image in made) / 1e6
    print(f"{len(made)} of them, {pixels:.1f} MP, were put and rendered now, in {seconds:.1f} s: "
          f"{len(made) / seconds:.2f} pictures/s, {pixels / seconds:.1f} MP/s")


def main():
    pixelfox, gallery = sys.argv[1:3]
    listed = [json.loads(line) for line in sys.stdin]
    images = [show(pixelfox, gallery, image["id"]) for image in listed if "error" not in image]
    for image in images:
        print_image(image, shortest(f"{gallery}/pool"))
    print_total(images, float(sys.argv[3]), float(sys.argv[4]))
    print(f"Look around: {shortest(pixelfox)} --store {shortest(gallery)} list")


main()
