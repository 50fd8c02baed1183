// Package template is what newer Alertmanagers than Debian's give their templates: the
// data with its later fields and methods, and the functions that came later. The
// package has this name because %T prints it.
package template

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	htmltemplate "html/template"
)

type Pair struct{ Name, Value string }
type Pairs []Pair

func (ps Pairs) column(get func(Pair) string) []string {
	out := []string{}
	for _, p := range ps {
		out = append(out, get(p))
	}
	return out
}
func (ps Pairs) Names() []string  { return ps.column(func(p Pair) string { return p.Name }) }
func (ps Pairs) Values() []string { return ps.column(func(p Pair) string { return p.Value }) }
func (ps Pairs) String() string {
	return strings.Join(ps.column(func(p Pair) string { return p.Name + "=" + p.Value }), ", ")
}

type KV map[string]string

func (kv KV) SortedPairs() Pairs {
	out := Pairs{}
	for name, value := range kv {
		out = append(out, Pair{name, value})
	}
	rank := func(name string) string {
		if name == "alertname" {
			return "0"
		}
		return "1" + name
	}
	sort.Slice(out, func(i, k int) bool { return rank(out[i].Name) < rank(out[k].Name) })
	return out
}
func (kv KV) Names() []string  { return kv.SortedPairs().Names() }
func (kv KV) Values() []string { return kv.SortedPairs().Values() }
func (kv KV) String() string   { return kv.SortedPairs().String() }
func (kv KV) Remove(names []string) KV {
	out := KV{}
	for name, value := range kv {
		out[name] = value
	}
	for _, name := range names {
		delete(out, name)
	}
	return out
}

type Alert struct {
	Status       string    `json:"status"`
	Labels       KV        `json:"labels"`
	Annotations  KV        `json:"annotations"`
	StartsAt     time.Time `json:"startsAt"`
	EndsAt       time.Time `json:"endsAt"`
	GeneratorURL string    `json:"generatorURL"`
	Fingerprint  string    `json:"fingerprint"`
}
type Alerts []Alert

func (as Alerts) with(status string) []Alert {
	out := []Alert{}
	for _, a := range as {
		if a.Status == status {
			out = append(out, a)
		}
	}
	return out
}
func (as Alerts) Firing() []Alert   { return as.with("firing") }
func (as Alerts) Resolved() []Alert { return as.with("resolved") }

type Data struct {
	Receiver           string `json:"receiver"`
	Status             string `json:"status"`
	Alerts             Alerts `json:"alerts"`
	NotificationReason string `json:"notification_reason"`
	GroupLabels        KV     `json:"groupLabels"`
	CommonLabels       KV     `json:"commonLabels"`
	CommonAnnotations  KV     `json:"commonAnnotations"`
	RouteLabels        KV     `json:"routeLabels"`
	ExternalURL        string `json:"externalURL"`
}

// HumanizeDuration is Prometheus's, which Debian packages only inside the server.
func HumanizeDuration(v any) (string, error) {
	var f float64
	switch v := v.(type) {
	case float64:
		f = v
	case int:
		f = float64(v)
	case int64:
		f = float64(v)
	case time.Duration:
		f = v.Seconds()
	case string:
		var err error
		if f, err = strconv.ParseFloat(v, 64); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("no number: %T", v)
	}
	sign, size := "", math.Abs(f)
	if f < 0 {
		sign = "-"
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Sprintf("%.4g", f), nil
	}
	switch s := int64(size); {
	case s >= 86400:
		return fmt.Sprintf("%s%dd %dh %dm %ds", sign, s/86400, s/3600%24, s/60%60, s%60), nil
	case s >= 3600:
		return fmt.Sprintf("%s%dh %dm %ds", sign, s/3600, s/60%60, s%60), nil
	case s >= 60:
		return fmt.Sprintf("%s%dm %ds", sign, s/60, s%60), nil
	case f == 0 || size >= 1:
		return fmt.Sprintf("%.4gs", f), nil
	}
	for _, unit := range "munpfazy" {
		if f *= 1000; math.Abs(f) >= 1 || unit == 'y' {
			return fmt.Sprintf("%.4g%cs", f, unit), nil
		}
	}
	return "", nil
}

// Functions that Debian's package lacks; now stands still.
func Functions(now time.Time) map[string]any {
	toDate := func(layout, s string) (time.Time, error) {
		return time.ParseInLocation(layout, s, time.UTC)
	}
	return map[string]any{
		"trimSpace":        strings.TrimSpace,
		"safeUrl":          func(s string) htmltemplate.URL { return htmltemplate.URL(s) },
		"urlUnescape":      url.QueryUnescape,
		"date":             func(layout string, t time.Time) string { return t.Format(layout) },
		"since":            func(t time.Time) time.Duration { return now.Sub(t) },
		"now":              func() time.Time { return now },
		"humanizeDuration": HumanizeDuration,
		"base64encode":     func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"list":             func(v ...any) []any { return append([]any{}, v...) },
		"append":           func(to []any, v ...any) []any { return append(to, v...) },
		"routeLabels":      func(string) (string, error) { return "", nil },
		"mustToDate":       toDate,
		"tz": func(name string, t time.Time) (time.Time, error) {
			zone, err := time.LoadLocation(name)
			if err != nil {
				return t, err
			}
			return t.In(zone), nil
		},
		"toDate": func(layout, s string) time.Time { t, _ := toDate(layout, s); return t },
		"toJson": func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
		"base64decode": func(s string) (string, error) {
			b, err := base64.URLEncoding.DecodeString(s)
			return string(b), err
		},
		"dict": func(v ...any) (map[string]any, error) {
			out := map[string]any{}
			if len(v)%2 != 0 {
				return nil, errors.New("dict takes pairs")
			}
			for i := 0; i < len(v); i += 2 {
				key, good := v[i].(string)
				if !good {
					return nil, errors.New("a key is no string")
				}
				out[key] = v[i+1]
			}
			return out, nil
		},
	}
}
