module github.com/libpixelfox/libpixelfox/bindings/go

go 1.19
