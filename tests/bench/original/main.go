// SPDX-License-Identifier: Apache-2.0

// Command original makes the eight variants step by step with Go's imaging, cwebp and ffmpeg's SVT-AV1, each AVIF
// from a PNG through a pipe, and prints how long it took: original PICTURE FOLDER.
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/disintegration/imaging"
)

// piped runs a program that reads the picture as PNG from its standard input.
func piped(picture image.Image, name string, arguments ...string) {
	command := exec.Command(name, arguments...)
	in, err := command.StdinPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		log.Fatal(name, ": ", err)
	}
	go func(out io.WriteCloser) {
		_ = png.Encode(out, picture)
		_ = out.Close()
	}(in)
	if err := command.Wait(); err != nil {
		log.Fatal(name, ": ", err)
	}
}

// even adds a black column and row where the encoder needs them.
func even(picture image.Image) image.Image {
	size := picture.Bounds().Size()
	if size.X%2 == 0 && size.Y%2 == 0 {
		return picture
	}
	padded := imaging.New(size.X+size.X%2, size.Y+size.Y%2, color.Black)
	return imaging.Paste(padded, picture, image.Point{})
}

func avif(picture image.Image, path string) {
	picture = even(picture)
	piped(picture, "ffmpeg", "-loglevel", "error", "-f", "image2pipe", "-vcodec", "png", "-i", "pipe:0",
		"-c:v", "libsvtav1", "-crf", "35", "-preset", "8", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-y", path)
}

func webp(picture image.Image, path string) {
	piped(picture, "cwebp", "-quiet", "-q", "85", "-m", "4", "-o", path, "--", "-")
}

func thumbnails(full image.Image, name string, width int, extension string, at func(string) string) {
	small := imaging.Resize(full, width, 0, imaging.Lanczos)
	webp(small, at("thumbnail_"+name+"_webp.webp"))
	if err := imaging.Save(small, at("thumbnail_"+name+"_original"+extension), imaging.JPEGQuality(90)); err != nil {
		log.Fatal(err)
	}
	avif(small, at("thumbnail_"+name+"_avif.avif"))
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: original PICTURE FOLDER")
	}
	path := os.Args[1]
	at := func(name string) string { return filepath.Join(os.Args[2], name) }
	began := time.Now()
	full, err := imaging.Open(path, imaging.AutoOrientation(true))
	if err != nil {
		log.Fatal(err)
	}
	// The full WebP comes from the file: cwebp reads it as fast as a library in this process would.
	if out, err := exec.Command("cwebp", "-quiet", "-q", "85", "-m", "4", "-o", at("webp.webp"), path).CombinedOutput(); err != nil {
		log.Fatal(string(out))
	}
	avif(full, at("avif.avif"))
	extension := strings.ToLower(filepath.Ext(path))
	thumbnails(full, "small", 200, extension, at)
	thumbnails(full, "medium", 500, extension, at)
	fmt.Printf("{\"wall_s\": %.4f}\n", time.Since(began).Seconds())
}
