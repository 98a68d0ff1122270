#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the table of examples/quickstart: every variant with its size, bytes, milliseconds and file,
and what the whole came to. Reads `pixelfox --json list` on standard input."""
import json
import subprocess
import sys
import time


def show(pixelfox, gallery, image_id):
    out = subprocess.run([pixelfox, "--store", gallery, "--json", "show", image_id], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out)


def main():
    pixelfox, gallery, began = sys.argv[1:4]
    seconds = max(time.time() - float(began), 0.001)
    pictures = pixels = total_bytes = 0
    for line in sys.stdin:
        image = json.loads(line)
        if "error" in image:
            continue
        image = show(pixelfox, gallery, image["id"])
        pictures += 1
        pixels += image["width_px"] * image["height_px"]
        print(f"\n{image.get('title') or image['id']}  {image['width_px']} × {image['height_px']}  "
              f"{image['bytes']:,} bytes  {image['state']}")
        for variant in image.get("variants", []):
            if variant.get("skip_reason"):
                print(f"  {variant['kind']:26} skipped: {variant['skip_reason']}")
                continue
            size = f"{variant['width_px']} × {variant['height_px']}"
            total_bytes += variant["bytes"]
            print(f"  {variant['kind']:26} {size:>13} {variant['bytes']:>11,} B "
                  f"{variant['render_ms']:>6} ms  {gallery}/pool/{variant['key']}")
    print(f"\n{pictures} pictures, {pixels / 1e6:.1f} MP, {total_bytes:,} bytes of variants in "
          f"{seconds:.1f} s: {pictures / seconds:.2f} pictures/s, {pixels / 1e6 / seconds:.1f} MP/s")


main()
