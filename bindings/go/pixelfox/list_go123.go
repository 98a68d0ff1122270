// SPDX-License-Identifier: Apache-2.0

//go:build go1.23

package pixelfox

import (
	"context"
	"iter"
)

// All is the list for a range: for image, err := range store.List(query).All(ctx). An error comes last.
func (l *List) All(ctx context.Context) iter.Seq2[*Image, error] {
	return func(yield func(*Image, error) bool) {
		for l.Next(ctx) {
			if !yield(l.Image(), nil) {
				return
			}
		}
		if err := l.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// All is the events for a range, until the context ends. An error comes last.
func (v *Events) All(ctx context.Context) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for v.Next(ctx) {
			if !yield(v.Event(), nil) {
				return
			}
		}
		if err := v.Err(); err != nil {
			yield(Event{}, err)
		}
	}
}
