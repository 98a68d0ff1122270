// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Setting is a line of the table of settings.
type Setting struct {
	Name     string // such as "render.webp_quality"
	Kind     string // "text", "number", "flag" or "choice"
	Unit     string // of a number: "bytes", "ms", "px"; "" without one
	Default  string
	Min, Max int64
	Choices  []string
	Help     string
	IsLive   bool // whether it can be changed in an open store
}

// Settings is the table of all settings.
func Settings() []Setting {
	table := make([]Setting, clib.Pxf_setting_count())
	for i := range table {
		at := int64(i)
		table[i] = Setting{
			Name:    clib.Pxf_setting_name(at),
			Kind:    clib.Pxf_setting_kind(at),
			Unit:    clib.Pxf_setting_unit(at),
			Default: clib.Pxf_setting_default(at),
			Min:     clib.Pxf_setting_min(at),
			Max:     clib.Pxf_setting_max(at),
			Help:    clib.Pxf_setting_help(at),
			IsLive:  clib.Pxf_setting_is_live(at),
		}
		if choices := clib.Pxf_setting_choices(at); choices != "" {
			table[i].Choices = strings.Split(choices, "|")
		}
	}
	return table
}

// valueText writes a value as the library reads it.
func valueText(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, noZero(v)
	case bool:
		return strconv.FormatBool(v), nil
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return fmt.Sprint(v), nil
	}
	return "", invalid(fmt.Sprintf("a setting is a bool, an integer or text, not %T", value))
}

func setConfig(config *clib.Config, name string, value any) error {
	text, err := valueText(value)
	if err == nil {
		err = noZero(name)
	}
	if err != nil {
		return err
	}
	e := new(clib.Error)
	clib.Pxf_config_set_text(config, name, text, e)
	return errorOf(e, nil)
}

// Setting gives the value of a setting that is in force here, as text.
func (s *Store) Setting(name string) (text string, err error) {
	if err := noZero(name); err != nil {
		return "", err
	}
	err = work(s, func(e *clib.Error) { text = textOf(clib.Pxf_store_get_text(s.p, name, e)) })
	return text, err
}

// SettingVersion is the version of a setting, for SetSetting; 0 if it is at its default.
func (s *Store) SettingVersion(name string) (version int64, err error) {
	if err := noZero(name); err != nil {
		return 0, err
	}
	err = work(s, func(e *clib.Error) { version = clib.Pxf_store_setting_version(s.p, name, e) })
	return version, err
}

// SetSetting changes a live setting for all processes of the store: a bool, an integer or text; nil is
// its default. With the version that was seen, another's change in between is ErrConflict; 0 is any.
func (s *Store) SetSetting(name string, value any, version int64) error {
	if err := noZero(name); err != nil {
		return err
	}
	if value == nil {
		return work(s, func(e *clib.Error) { clib.Pxf_store_reset_setting(s.p, name, version, e) })
	}
	text, err := valueText(value)
	if err != nil {
		return err
	}
	return work(s, func(e *clib.Error) { clib.Pxf_store_set_text(s.p, name, text, version, e) })
}
