// oracle reads the lines of tests/text/render and renders each case with Go's own
// template packages, Debian's Alertmanager's functions and data. Equal bytes pass; a
// case that Go refuses must have been refused. The last line counts.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	htmltemplate "html/template"
	"os"
	"path"
	"strings"
	texttemplate "text/template"
	"time"

	newer "belfry/template"

	debian "github.com/prometheus/alertmanager/template"
)

type line struct {
	Name, Text               string
	HTML, Newer, Fails, Good bool
	Got                      []byte
	Files                    []string
	Now                      int64
	Data                     json.RawMessage
}

func functions(now int64) map[string]any {
	all := newer.Functions(time.Unix(0, now).UTC())
	for name, f := range debian.DefaultFuncs {
		all[name] = f
	}
	return all
}

func text(l *line, data any) (string, error) {
	var out bytes.Buffer
	t := texttemplate.New("").Option("missingkey=zero").Funcs(functions(l.Now))
	for i := 0; i < len(l.Files); i += 2 {
		if _, err := t.New(path.Base(l.Files[i])).Parse(l.Files[i+1]); err != nil {
			return "", err
		}
	}
	t, err := t.New("").Option("missingkey=zero").Parse(l.Text)
	if err == nil {
		err = t.Execute(&out, data)
	}
	return out.String(), err
}

func html(l *line, data any) (string, error) {
	var out bytes.Buffer
	t := htmltemplate.New("").Option("missingkey=zero").Funcs(functions(l.Now))
	for i := 0; i < len(l.Files); i += 2 {
		if _, err := t.New(path.Base(l.Files[i])).Parse(l.Files[i+1]); err != nil {
			return "", err
		}
	}
	t, err := t.New("").Option("missingkey=zero").Parse(l.Text)
	if err == nil {
		err = t.Execute(&out, data)
	}
	return out.String(), err
}

func render(l *line) (out string, err error) {
	defer func() { // some of Go's own escapers panic on what they do not expect
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	var data any = &debian.Data{}
	if l.Newer {
		data = &newer.Data{}
	}
	if err = json.Unmarshal(l.Data, data); err != nil {
		return "", err
	}
	if l.HTML {
		return html(l, data)
	}
	return text(l, data)
}

// judge says what is wrong; nothing if all is well.
func judge(l *line) string {
	want, err := render(l)
	switch {
	case err != nil && l.Good:
		return fmt.Sprintf("Go refuses it: %v\n  ours %q", err, l.Got)
	case err == nil && !l.Good:
		return fmt.Sprintf("ours refuses it: %s\n  Go's %q", l.Got, want)
	case l.Fails && err == nil:
		return fmt.Sprintf("should fail: %v, but: %v", l.Fails, err)
	case strings.Contains(want, "0xc000"): // Go printed an address; any will do
	case err == nil && want != string(l.Got):
		return fmt.Sprintf("differs\n  Go's %q\n  ours %q", want, l.Got)
	}
	return ""
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	passed, failed := 0, 0
	for in.Scan() {
		var l line
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			fmt.Println("bad line:", err)
			os.Exit(2)
		}
		if wrong := judge(&l); wrong != "" {
			failed++
			if failed <= 40 {
				fmt.Printf("--- %s: %s\n  template %q\n", l.Name, wrong, l.Text)
			}
			continue
		}
		passed++
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || in.Err() != nil {
		os.Exit(1)
	}
}
