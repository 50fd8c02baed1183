#include "text/go_default.h"

/* contracts/alertmanager.md 7.5 says what the subject looks like; people filter by it. */
static const char common[] =
    "{{ define \"__alertmanager\" }}Belfry{{ end }}"
    "{{ define \"__alertmanagerURL\" }}{{ .ExternalURL }}/#/alerts?receiver="
    "{{ .Receiver | urlquery }}{{ end }}"
    "{{ define \"__subject\" }}[{{ .Status | toUpper }}{{ if eq .Status \"firing\" }}:"
    "{{ .Alerts.Firing | len }}{{ end }}] {{ .GroupLabels.SortedPairs.Values | join \" "
    "\" "
    "}}{{ if gt (len .CommonLabels) (len .GroupLabels) }} ({{ with .CommonLabels.Remove "
    ".GroupLabels.Names }}{{ .Values | join \" \" }}{{ end }}){{ end }}{{ end }}"
    "{{ define \"__description\" }}{{ end }}"
    "{{ define \"__text_alert_list\" }}{{ range . }}"
    "{{ .Labels.alertname }}{{ with .Annotations.summary }}: {{ . }}{{ end }}\n"
    "{{ with .Annotations.description }}{{ . }}\n{{ end }}"
    "{{ range .Labels.SortedPairs }}  {{ .Name }} = {{ .Value }}\n{{ end }}"
    "{{ with .GeneratorURL }}  {{ . }}\n{{ end }}\n{{ end }}{{ end }}"
    "{{ define \"__text_alert_list_markdown\" }}{{ range . }}"
    "**{{ .Labels.alertname }}**{{ with .Annotations.summary }}: {{ . }}{{ end }}\n\n"
    "{{ with .Annotations.description }}{{ . }}\n\n{{ end }}"
    "{{ range .Labels.SortedPairs }}- {{ .Name }}: {{ .Value }}\n{{ end }}"
    "{{ with .GeneratorURL }}\n[Source]({{ . }})\n{{ end }}\n{{ end }}{{ end }}"
    "{{ define \"__both\" }}"
    "{{ if gt (len .Alerts.Firing) 0 }}Firing:\n{{ template \"__text_alert_list\" "
    ".Alerts.Firing }}{{ end }}"
    "{{ if gt (len .Alerts.Resolved) 0 }}Resolved:\n{{ template \"__text_alert_list\" "
    ".Alerts.Resolved }}{{ end }}{{ end }}"
    "{{ define \"__both_markdown\" }}"
    "{{ if gt (len .Alerts.Firing) 0 }}# Firing\n\n{{ template "
    "\"__text_alert_list_markdown\" .Alerts.Firing }}{{ end }}"
    "{{ if gt (len .Alerts.Resolved) 0 }}# Resolved\n\n{{ template "
    "\"__text_alert_list_markdown\" .Alerts.Resolved }}{{ end }}{{ end }}";

static const char mail[] =
    "{{ define \"email.default.subject\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"email.default.html\" }}<!DOCTYPE html><html><head>"
    "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
    "<meta name=\"color-scheme\" content=\"light dark\">"
    "<title>{{ template \"__subject\" . }}</title></head>"
    "<body style=\"font-family:sans-serif;margin:0;padding:16px\">"
    "<h1 style=\"font-size:18px\">{{ template \"__subject\" . }}</h1>"
    "{{ range .Alerts }}<div style=\"border-left:4px solid {{ if eq .Status \"firing\" "
    "}}#c62828{{ else }}#2e7d32{{ end }};padding:4px 12px;margin:12px 0\">"
    "<b>{{ .Labels.alertname }}</b> {{ .Status }}<br>"
    "{{ range .Annotations.SortedPairs }}{{ .Name }}: {{ .Value }}<br>{{ end }}"
    "<small>{{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}<br>{{ end "
    "}}</small>"
    "{{ with .GeneratorURL }}<a href=\"{{ . }}\">Source</a>{{ end }}</div>{{ end }}"
    "<p><a href=\"{{ template \"__alertmanagerURL\" . }}\">All alerts</a></p>"
    "</body></html>{{ end }}";

static const char chats[] =
    "{{ define \"slack.default.title\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"slack.default.username\" }}{{ template \"__alertmanager\" . }}{{ end }}"
    "{{ define \"slack.default.fallback\" }}{{ template \"slack.default.title\" . }} | "
    "{{ template \"slack.default.titlelink\" . }}{{ end }}"
    "{{ define \"slack.default.callbackid\" }}{{ end }}"
    "{{ define \"slack.default.pretext\" }}{{ end }}"
    "{{ define \"slack.default.titlelink\" }}{{ template \"__alertmanagerURL\" . }}{{ "
    "end }}"
    "{{ define \"slack.default.iconemoji\" }}{{ end }}"
    "{{ define \"slack.default.iconurl\" }}{{ end }}"
    "{{ define \"slack.default.text\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"slack.default.footer\" }}{{ end }}"
    "{{ define \"wechat.default.message\" }}{{ template \"__subject\" . }}\n"
    "{{ template \"__both\" . }}{{ template \"__alertmanagerURL\" . }}{{ end }}"
    "{{ define \"wechat.default.to_user\" }}{{ end }}"
    "{{ define \"wechat.default.to_party\" }}{{ end }}"
    "{{ define \"wechat.default.to_tag\" }}{{ end }}"
    "{{ define \"wechat.default.agent_id\" }}{{ end }}"
    "{{ define \"telegram.default.message\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"discord.default.title\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"discord.default.message\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"webex.default.message\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"msteams.default.summary\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"msteams.default.title\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"msteams.default.text\" }}{{ template \"__both_markdown\" . }}{{ end }}"
    "{{ define \"msteamsv2.default.title\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"msteamsv2.default.text\" }}{{ template \"__both_markdown\" . }}{{ end }}"
    "{{ define \"rocketchat.default.title\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"rocketchat.default.alias\" }}{{ template \"__alertmanager\" . }}{{ end "
    "}}"
    "{{ define \"rocketchat.default.titlelink\" }}{{ template \"__alertmanagerURL\" . "
    "}}{{ end }}"
    "{{ define \"rocketchat.default.emoji\" }}{{ end }}"
    "{{ define \"rocketchat.default.iconurl\" }}{{ end }}"
    "{{ define \"rocketchat.default.text\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"mattermost.default.title\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"mattermost.default.username\" }}{{ template \"__alertmanager\" . }}{{ "
    "end }}"
    "{{ define \"mattermost.default.text\" }}{{ template \"__both_markdown\" . }}{{ end "
    "}}";

static const char pagers[] =
    "{{ define \"pagerduty.default.description\" }}{{ template \"__subject\" . }}{{ end "
    "}}"
    "{{ define \"pagerduty.default.client\" }}{{ template \"__alertmanager\" . }}{{ end "
    "}}"
    "{{ define \"pagerduty.default.clientURL\" }}{{ template \"__alertmanagerURL\" . "
    "}}{{ end }}"
    "{{ define \"pagerduty.default.instances\" }}{{ template \"__text_alert_list\" . "
    "}}{{ end }}"
    "{{ define \"opsgenie.default.message\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"opsgenie.default.description\" }}{{ "
    ".CommonAnnotations.SortedPairs.Values "
    "| join \" \" }}\n{{ template \"__both\" . }}{{ end }}"
    "{{ define \"opsgenie.default.source\" }}{{ template \"__alertmanagerURL\" . }}{{ "
    "end }}"
    "{{ define \"victorops.default.state_message\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"victorops.default.entity_display_name\" }}{{ template \"__subject\" . "
    "}}{{ end }}"
    "{{ define \"victorops.default.monitoring_tool\" }}{{ template \"__alertmanager\" . "
    "}}{{ end }}"
    "{{ define \"pushover.default.title\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"pushover.default.message\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"pushover.default.url\" }}{{ template \"__alertmanagerURL\" . }}{{ end }}"
    "{{ define \"sns.default.subject\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"sns.default.message\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"jira.default.summary\" }}{{ template \"__subject\" . }}{{ end }}"
    "{{ define \"jira.default.description\" }}{{ template \"__both\" . }}{{ end }}"
    "{{ define \"jira.default.priority\" }}{{ end }}";

static const char *const sources[] = { common, mail, chats, pagers };

ok go_default_fill(struct go_templates *set, const struct template_files *files,
                   struct err *e)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (go_templates_add(set, STR("default.tmpl"), str_of(sources[i]), e) != OK)
            return FAILED;
    for (size_t i = 0; files != NULL && i < files->files.n; i++)
        if (go_templates_add(set, files->files.v[i].name, files->files.v[i].text, e) !=
            OK)
            return FAILED;
    return OK;
}
