// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

// ask sends a request to a handler as a client would, by a connection.
func ask(t *testing.T, handler http.Handler, method string, body io.Reader, headers ...string) (*http.Response, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	request, err := http.NewRequest(method, server.URL, body)
	must(t, err)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := server.Client().Do(request)
	must(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer, string(text)
}

func TestAVariantIsAHandlerWithRangesAndAStrongETag(t *testing.T) {
	store := open(t, nil)
	variant := ready(t, store, picture(1), "ada").Variant("webp")
	whole, err := variant.ReadAll(bg)
	must(t, err)
	etag := `"` + variant.SHA256() + `"`
	cases := []struct {
		method  string
		headers []string
		status  int
		body    string
	}{
		{"GET", nil, 200, string(whole)},
		{"HEAD", nil, 200, ""},
		{"GET", []string{"Range", "bytes=8-11"}, 206, "WEBP"},
		{"GET", []string{"Range", "bytes=-3"}, 206, string(whole[len(whole)-3:])},
		{"GET", []string{"Range", "bytes=99999999-"}, 416, ""},
		{"GET", []string{"If-None-Match", etag}, 304, ""},
		{"GET", []string{"If-None-Match", `"other"`}, 200, string(whole)},
		{"GET", []string{"Range", "bytes=8-11", "If-Range", etag}, 206, "WEBP"},
		{"GET", []string{"Range", "bytes=8-11", "If-Range", `"other"`}, 200, string(whole)},
		{"POST", nil, 405, ""},
	}
	for _, c := range cases {
		answer, body := ask(t, variant, c.method, nil, c.headers...)
		if answer.StatusCode != c.status || (c.status < 300 && body != c.body) {
			t.Errorf("%s %v: %s, %d bytes", c.method, c.headers, answer.Status, len(body))
		}
		if c.status < 300 && (answer.Header.Get("ETag") != etag || answer.Header.Get("Content-Type") != "image/webp") {
			t.Errorf("%s %v: %v", c.method, c.headers, answer.Header)
		}
	}
}

func TestWhatCannotBeServedSaysSo(t *testing.T) {
	store := open(t, nil)
	image := ready(t, store, picture(1), "ada")
	if answer, body := ask(t, image.Variant("avif"), "GET", nil); answer.StatusCode != 404 || !strings.Contains(body, "disabled") {
		t.Errorf("a skipped variant: %s, %q", answer.Status, body)
	}
	if answer, _ := ask(t, image.Variant("none"), "GET", nil); answer.StatusCode != 404 {
		t.Errorf("no variant: %s", answer.Status)
	}
	variant := image.Variant("webp")
	must(t, os.Remove(variant.Path()))
	if answer, body := ask(t, variant, "GET", nil); answer.StatusCode < 400 {
		t.Errorf("a file that is gone: %s, %q", answer.Status, body)
	}
}

func TestAnOriginalIsServedToItsOwnerAndToThePublic(t *testing.T) {
	store := open(t, nil)
	image := put(t, store, picture(1), "ada")
	owner, body := ask(t, image.Handler(pixelfox.ForOwner), "GET", nil)
	if body != string(picture(1)) || owner.Header.Get("ETag") != `"`+image.SHA256()+`"` {
		t.Errorf("its owner gets %d bytes, %v", len(body), owner.Header)
	}
	public, body := ask(t, image, "GET", nil)
	if len(body) != len(picture(1)) || public.Header.Get("ETag") == owner.Header.Get("ETag") {
		t.Errorf("the public gets %d bytes, %v", len(body), public.Header)
	}
	must(t, store.SetSetting("store.public_originals", "raw", 0))
	raw, _ := ask(t, image, "GET", nil)
	if raw.Header.Get("ETag") != owner.Header.Get("ETag") {
		t.Errorf("raw, it is %v", raw.Header)
	}
}

func TestAnUploadIsABodyOrTheFileOfAForm(t *testing.T) {
	store := open(t, nil)
	uploads := &pixelfox.Uploads{Store: store, Meta: func(r *http.Request) (pixelfox.Meta, error) {
		if r.Header.Get("Owner") == "" {
			return pixelfox.Meta{}, pixelfox.ErrDenied
		}
		return pixelfox.Meta{Owner: r.Header.Get("Owner")}, nil
	}}
	answer, body := ask(t, uploads, "POST", bytes.NewReader(picture(1)), "Owner", "ada")
	if answer.StatusCode != 201 {
		t.Fatalf("a body: %s, %q", answer.Status, body)
	}
	_, err := store.Find(bg, strings.TrimSpace(body))
	must(t, err)

	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	must(t, writer.WriteField("note", "none"))
	file, err := writer.CreateFormFile("picture", "Sea.jpg")
	must(t, err)
	_, err = file.Write(picture(2))
	must(t, err)
	must(t, writer.Close())
	answer, body = ask(t, uploads, "POST", &form, "Owner", "ada", "Content-Type", writer.FormDataContentType())
	if answer.StatusCode != 201 {
		t.Fatalf("a form: %s, %q", answer.Status, body)
	}
	image, err := store.Find(bg, strings.TrimSpace(body))
	must(t, err)
	if image.Title() != "Sea.jpg" {
		t.Errorf("the title is %q", image.Title())
	}

	for _, c := range []struct {
		method, owner, body string
		status              int
	}{{"POST", "", "x", 403}, {"POST", "ada", "hello", 415}, {"GET", "ada", "", 405}} {
		if answer, body := ask(t, uploads, c.method, strings.NewReader(c.body), "Owner", c.owner); answer.StatusCode != c.status {
			t.Errorf("%v: %s, %q", c, answer.Status, body)
		}
	}
}

func TestErrorsHaveAnHTTPStatus(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		retry  string
	}{
		{&pixelfox.Error{Status: pixelfox.ErrNotFound}, 404, ""},
		{&pixelfox.Error{Status: pixelfox.ErrFull, RetryAfter: 30 * time.Second}, 507, "30"},
		{&pixelfox.Error{Status: pixelfox.ErrLimit}, 413, ""},
		{&pixelfox.Error{Status: pixelfox.ErrLimit, RetryAfter: time.Minute}, 429, "60"},
		{fmt.Errorf("inside: %w", pixelfox.ErrConflict), 409, ""},
		{&http.MaxBytesError{Limit: 5}, 413, ""},
		{errors.New("a secret"), 500, ""},
	} {
		answer := httptest.NewRecorder()
		pixelfox.HTTPError(answer, c.err)
		if answer.Code != c.status || answer.Header().Get("Retry-After") != c.retry || strings.Contains(answer.Body.String(), "secret") {
			t.Errorf("%v: %d %v", c.err, answer.Code, answer.Header())
		}
	}
}
