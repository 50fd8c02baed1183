// bench renders what bench/template_bench renders with Debian's Alertmanager package, as
// Alertmanager does: the set is cloned and the field parsed for every message.
//
//	GO111MODULE=off GOPATH=$PWD/tests/text/oracle:/usr/share/gocode go run belfry/bench
package main

import (
	"fmt"
	"net/url"
	"syscall"
	"time"

	"github.com/prometheus/alertmanager/template"
)

func cpu() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)/1e6
}

func group(n int) *template.Data {
	annotations := template.KV{"description": "p99 is 2.3 s <for> 5m",
		"runbook": "https://wiki/runbook", "summary": "Latency is high"}
	d := &template.Data{Receiver: "team-payments", Status: "firing",
		GroupLabels:  template.KV{"alertname": "HighRequestLatency"},
		CommonLabels: template.KV{}, CommonAnnotations: annotations,
		ExternalURL: "http://alertmanager.example.org"}
	for i := 0; i < n; i++ {
		labels := template.KV{"alertname": "HighRequestLatency", "cluster": "eu-west-1",
			"env": "production", "instance": fmt.Sprintf("10.0.0.%d:9100", i),
			"job": "api-server", "namespace": "shop", "pod": "api-7d4b9c-x2x",
			"service": "checkout", "severity": "critical", "team": "payments", "zone": "b"}
		d.Alerts = append(d.Alerts, template.Alert{Status: "firing", Labels: labels,
			Annotations: annotations, StartsAt: time.Unix(1795255200, 0).UTC(),
			GeneratorURL: "http://prometheus:9090/graph?g0.expr=up&g0.tab=1"})
		for name, value := range labels {
			if name != "instance" || n == 1 {
				d.CommonLabels[name] = value
			}
		}
	}
	return d
}

func main() {
	t, err := template.FromGlobs("/usr/share/prometheus/alertmanager")
	if err != nil {
		panic(err)
	}
	t.ExternalURL, _ = url.Parse("http://alertmanager.example.org")
	whats := []struct {
		label, source string
		render        func(string, interface{}) (string, error)
	}{
		{"subject", `{{ template "__subject" . }}`, t.ExecuteTextString},
		{"slack title", `{{ template "slack.default.title" . }}`, t.ExecuteTextString},
		{"list", "{{ range .Alerts }}{{ .Labels.alertname }} {{ .Labels.instance }}: " +
			"{{ .Annotations.summary }} ({{ .StartsAt.Format \"15:04\" }})\n{{ end }}",
			t.ExecuteTextString},
		{"mail, html", `{{ template "email.default.html" . }}`, t.ExecuteHTMLString},
	}
	for _, w := range whats {
		for _, n := range []int{1, 100} {
			data, began, renders, said := group(n), cpu(), 0, ""
			for ; cpu()-began < 1; renders++ {
				if said, err = w.render(w.source, data); err != nil {
					panic(err)
				}
			}
			fmt.Printf("%-12s %4d alerts %8d bytes %10.0f renders a CPU second\n",
				w.label, n, len(said), float64(renders)/(cpu()-began))
		}
	}
}
