// doors.mjs - one good request for each operation of each dialect, with every string field
// it has: what a test of hostile values starts from.
//
//   op       the operation's name in the dialect's table
//   method, path, query, body, form: the request. In `path` the parts between `{` and `}`
//            are values: '/x/{name}' with vars { name: 'a' }.
//   shows    request -> paths or requests that answer with what was written
//   undo     request -> requests that take it away again
//   packed   members of the body that are JSON in a string
export const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const enc = encodeURIComponent;

// ---- Belfry's own API -------------------------------------------------------------------

const own = '/api/belfry/v1';
const kept = (kind, body) => ({
    method: 'PUT', path: `${own}/${kind}/{name}`, vars: { name: 'doors' }, body,
    shows: (r) => [`${own}/${kind}/${enc(r.vars.name)}`],
    undo: (r) => [{ method: 'DELETE', path: `${own}/${kind}/${enc(r.vars.name)}` }] });
const got = (path, vars = { name: 'doors' }) => ({ method: 'GET', path: own + path, vars });
const listed = (path) => ({ method: 'GET', path: own + path,
                            query: { limit: '10', cursor: 'a' } });
const gone = (path, vars = { name: 'nobody' }) => ({ method: 'DELETE', path: own + path, vars });
const posted = (path, body, vars = {}) => ({ method: 'POST', path: own + path, vars, body });
const matchers = 'alertname="Disk",team=~"o.*"';
const labels = { alertname: 'Disk', team: 'ops' };
const route = { matchers, group_by: ['alertname'], group_wait: '30s', group_interval: '5m',
                repeat_interval: '4h', contact_groups: ['ops'], action_rules: [],
                webhooks: [{ url: 'https://example.org/hook' }], mute_intervals: [], active_intervals: [],
                labels: [{ name: 'a', value: 'b' }], escalation: '', channels: [] };
const asked = { since: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z', order: 'newest',
                format: 'json', to: 'a', word: 'told', limit: '10', cursor: '1.2' };

export const native = {
    GetOpenApi: { method: 'GET', path: `${own}/openapi.json` },
    GetStatus: { method: 'GET', path: `${own}/status` },
    GetSession: { method: 'GET', path: `${own}/session` },
    SignIn: posted('/session', { user: 'nobody', password: 'x' }),
    SignOut: { method: 'DELETE', path: `${own}/session` },
    ListContacts: listed('/contacts'), GetContact: got('/contacts/{name}'),
    PutContact: kept('contacts', {
        describe: 'd', lang: 'en', zone: 'UTC',
        addresses: [{ channel: 'email', plain: 'a@example.org' }],
        min_severity: [{ channel: 'email', severity: 'warning' }],
        quiet: [{ times: [{ from: 0, to: 420 }] }], quiet_except: 'critical' }),
    DeleteContact: gone('/contacts/{name}'),
    PatchContact: { method: 'PATCH', path: `${own}/contacts/{name}`, vars: { name: 'ada' },
                    body: { lang: 'en', zone: 'UTC', quiet_except: 'critical' },
                    shows: () => [`${own}/contacts/ada`] },
    ConfirmAddress: posted('/contacts/{name}/addresses/{channel}/confirm', {},
                           { name: 'ada', channel: 'email' }),
    ResendLink: posted('/contacts/{name}/addresses/{channel}/resend', {},
                       { name: 'ada', channel: 'email' }),
    ListContactGroups: listed('/contact-groups'), GetContactGroup: got('/contact-groups/{name}'),
    PutContactGroup: kept('contact-groups', { describe: 'd', members: ['ada'] }),
    DeleteContactGroup: gone('/contact-groups/{name}'),
    ListActionRules: listed('/action-rules'), GetActionRule: got('/action-rules/{name}'),
    ListTopics: listed('/topics'), GetTopic: got('/topics/{name}'),
    ListSubscriptions: listed('/subscriptions'),
    GetSubscription: got('/subscriptions/{topic}/{id}', { topic: 't', id: 'x' }),
    PostSubscription: posted('/subscriptions/{topic}', { protocol: 'email', endpoint: 'x@example.com' }, { topic: 'nobody' }),
    DeleteSubscription: gone('/subscriptions/{topic}/{id}', { topic: 't', id: 'x' }),
    ConfirmSubscription: posted('/subscriptions/{topic}/{id}/confirm', {}, { topic: 't', id: 'x' }),
    ListTemplates: listed('/templates'), GetTemplate: got('/templates/{name}'),
    ListRoutes: listed('/routes'), GetRoute: got('/routes/{name}'),
    PutRoute: kept('routes', route), DeleteRoute: gone('/routes/{name}'),
    RouteDifference: posted('/routes/{name}/difference', route, { name: 'ops' }),
    ListSilences: listed('/silences'),
    PostSilence: { ...posted('/silences', {
        matchers, starts_at: '2037-01-01T00:00:00Z', ends_at: '2037-01-02T00:00:00Z',
        created_by: 'ops', comment: 'c', annotations: [{ name: 'a', value: 'b' }], zone: '' }),
        shows: (r, answer) => [`${own}/silences/${answer.id}`],
        undo: (r, answer) => [{ method: 'DELETE', path: `${own}/silences/${answer.id}` }] },
    GetSilence: got('/silences/{name}'),
    PutSilence: { method: 'PUT', path: `${own}/silences/{name}`, vars: { name: 'x' },
                  body: { matchers, starts_at: '2037-01-01T00:00:00Z',
                          ends_at: '2037-01-02T00:00:00Z', created_by: 'ops', comment: 'c' } },
    DeleteSilence: gone('/silences/{name}'),
    ListInhibitions: listed('/inhibitions'), GetInhibition: got('/inhibitions/{name}'),
    PutInhibition: kept('inhibitions', { source: matchers, target: matchers, equal: ['team'] }),
    DeleteInhibition: gone('/inhibitions/{name}'),
    ListTimeIntervals: listed('/time-intervals'), GetTimeInterval: got('/time-intervals/{name}'),
    PutTimeInterval: kept('time-intervals', {
        items: [{ times: [{ from: 0, to: 480 }], zone: 'UTC' }] }),
    DeleteTimeInterval: gone('/time-intervals/{name}'),
    ListReceivers: listed('/receivers'), GetReceiver: got('/receivers/{name}'),
    PutReceiver: kept('receivers', {
        integrations: [{ kind: 'webhook', addresses: [{ channel: 'webhook',
                                                        plain: 'https://example.org/a' }] }],
        contact_groups: ['ops'], action_rules: [], topics: [],
        labels: [{ name: 'a', value: 'b' }] }),
    DeleteReceiver: gone('/receivers/{name}'),
    ListHeartbeats: listed('/heartbeats'), GetHeartbeat: got('/heartbeats/{name}'),
    PutHeartbeat: kept('heartbeats', { period: '1d', grace: '1h', matchers, labels: { team: 'db' },
                                       annotations: { summary: 's' } }),
    DeleteHeartbeat: gone('/heartbeats/{name}'),
    ListEscalations: listed('/escalations'), GetEscalation: got('/escalations/{name}'),
    PutEscalation: kept('escalations', {
        min_severity: 'warning', steps: [{ after: '5m', contact_groups: ['ops'] }] }),
    DeleteEscalation: gone('/escalations/{name}'),
    ListUsers: listed('/users'), GetUser: got('/users/{name}'),
    PutUser: kept('users', { policies: ['read-only'] }),
    DeleteUser: gone('/users/{name}'),
    PostKey: posted('/users/{name}/keys', undefined, { name: 'nobody' }),
    PatchKey: { method: 'PATCH', path: `${own}/users/{name}/keys/{id}`,
                vars: { name: 'nobody', id: 'x' }, body: { disabled: true } },
    DeleteKey: gone('/users/{name}/keys/{id}', { name: 'nobody', id: 'x' }),
    TestPolicy: posted('/policies/test', { user: 'ops', action: 'cms:PutContact', resource: '*',
                                           source_ip: '127.0.0.1', time: '2026-01-01T00:00:00Z',
                                           policies: ['read-only'] }),
    ListMetricRules: listed('/metric-rules'), GetMetricRule: got('/metric-rules/{name}'),
    Explain: posted('/explain', { labels, at: '2026-11-22T00:00:00Z' }),
    Preview: posted('/preview', {
        kind: 'alerts', template: '{{ .Status }}', form: 'text', channel: 'email', lang: 'en',
        keywords: ['a'], alerts: [{ labels, annotations: { summary: 's' } }],
        contact_group: 'ops', zone: 'UTC' }),
    ListAlerts: { method: 'GET', path: `${own}/alerts`,
                  query: { limit: '10', cursor: '1', filter: 'a="b"', state: 'active' } },
    PostAlerts: { ...posted('/alerts', { alerts: [{ labels, annotations: { summary: 's' },
                                                    generator_url: 'http://example.org/' }] }),
                  shows: () => [`${own}/alerts?limit=1000`] },
    AckAlert: posted('/alerts/{id}/ack', { by: 'a', comment: 'c', expires_at: '2037-01-01T00:00:00Z' },
                     { id: '0000000000000000001' }),
    UnackAlert: gone('/alerts/{id}/ack', { id: '0000000000000000001' }),
    AckAlerts: posted('/acks', { matchers: 'a="b"', by: 'a', comment: 'c',
                                 expires_at: '2037-01-01T00:00:00Z' }),
    Beat: posted('/heartbeats/{name}/beat', undefined, { name: 'nobody' }),
    ListHeartbeatStates: { method: 'GET', path: `${own}/heartbeat-states` },
    ListDeliveries: { method: 'GET', path: `${own}/deliveries`, query: {
        ...asked, alertname: 'a', fingerprint: '0123456789abcdef', alert: '0000000000000000001',
        contact_group: 'a', action_rule: 'a', route: 'a', channel: 'email', topic: 'a',
        filter: 'a="b"', failed: 'true', key: 'a', kind: 'attempt' } },
    GetDelivery: got('/deliveries/{key}', { key: 'x' }),
    ResendDelivery: posted('/deliveries/{key}/resend', undefined, { key: 'x' }),
    ResendDeliveries: posted('/deliveries/resend', {
        failed_since: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z', alertname: 'a',
        fingerprint: '0123456789abcdef', filter: 'a="b"', to: 'a', contact_group: 'a',
        action_rule: 'a', topic: 'a', route: 'a', channel: 'email', cursor: '1.2', dry_run: true }),
    Test: posted('/test', { contact: 'ada', channel: 'email', lang: 'en', labels,
                            annotations: { summary: 's' } }),
    ListAudit: { method: 'GET', path: `${own}/audit`, query: asked },
};

// ---- Alertmanager -------------------------------------------------------------------------

const v2 = '/api/v2';
export const alertmanager = {
    PostAlerts: { method: 'POST', path: `${v2}/alerts`,
                  body: [{ labels, annotations: { summary: 's' }, generatorURL: 'http://example.org/',
                           startsAt: '2026-11-22T00:00:00Z', endsAt: '2037-01-01T00:00:00Z' }],
                  shows: () => [`${v2}/alerts`] },
    GetAlerts: { method: 'GET', path: `${v2}/alerts`, query: {
        filter: 'a="b"', receiver: 'x', active: 'true', silenced: 'true', inhibited: 'true',
        unprocessed: 'true' } },
    GetAlertGroups: { method: 'GET', path: `${v2}/alerts/groups`, query: {
        filter: 'a="b"', receiver: 'x', active: 'true', silenced: 'true', inhibited: 'true' } },
    PostSilences: { method: 'POST', path: `${v2}/silences`,
                    body: { matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
                            startsAt: '2037-01-01T00:00:00Z', endsAt: '2037-01-02T00:00:00Z',
                            createdBy: 'ops', comment: 'c' },
                    shows: (r, answer) => [`${v2}/silence/${answer.silenceID}`],
                    undo: (r, answer) => [{ method: 'DELETE',
                                            path: `${v2}/silence/${answer.silenceID}` }] },
    GetSilences: { method: 'GET', path: `${v2}/silences`, query: { filter: 'a="b"' } },
    GetSilence: { method: 'GET', path: `${v2}/silence/{id}`, vars: { id: 'x' } },
    DeleteSilence: { method: 'DELETE', path: `${v2}/silence/{id}`, vars: { id: 'x' } },
    GetStatus: { method: 'GET', path: `${v2}/status` },
    GetReceivers: { method: 'GET', path: `${v2}/receivers` },
    Healthy: { method: 'GET', path: '/-/healthy' },
    Ready: { method: 'GET', path: '/-/ready' },
    Reload: { method: 'POST', path: '/-/reload' },
    Metrics: { method: 'GET', path: '/metrics' },
};

// ---- Huawei: AOM, SMN, IAM -------------------------------------------------------------------

const aom = `/v2/${project}`;
const smn = `${aom}/notifications`;
const urn = (topic) => `urn:smn:cn-north-4:${project}:${topic}`;
const rules = (kind, body, name = 'name', entry = (n) => n) => ({
    Add: { method: 'POST', path: `${aom}/${kind}`, body, shows: () => [`${aom}/${kind}`],
           undo: (r) => [{ method: 'DELETE', path: `${aom}/${kind}`, body: [entry(r.body[name])] }] },
    Update: { method: 'PUT', path: `${aom}/${kind}`, body: { ...body, [name]: 'nothing' } },
    Delete: { method: 'DELETE', path: `${aom}/${kind}`, body: [entry('nothing')] },
    List: { method: 'GET', path: `${aom}/${kind}` },
});
const action = { rule_name: 'doors', desc: 'd', type: '1', project_id: project, user_name: 'ops',
                 notification_template: 'aom.built-in.template.zh', time_zone: 'Asia/Shanghai',
                 smn_topics: [{ name: 't', display_name: '', push_policy: 0, topic_urn: urn('t') }] };
const match = [{ key: 'a', operate: 'EQUALS', value: ['b'] }];
const actions = rules('alert/action-rules', action, 'rule_name');
const mutes = rules('alert/mute-rules', {
    name: 'doors', desc: 'd', timezone: 'Asia/Shanghai', match: [match],
    mute_config: { type: 'DAILY', starts_at: 79200, ends_at: 21600 } }, 'name', (name) => ({ name }));
const groups = rules('alert/group-rules', {
    name: 'doors', desc: 'd', group_by: ['resource_provider'], group_wait: 0, group_interval: 60,
    group_repeat_waiting: 0, detail: [{ match, bind_notification_rule_ids: ['act'] }] });
const inhibits = rules('alert/inhibit-rules', {
    name: 'doors', desc: 'd', source_match: [match], target_match: [match], match_v3: {} });
const event2alarm = rules('event2alarm-rule', {
    name: 'doors', description: 'd', alarm_type: 'notification', action_rule: 'act', enable: true,
    inhibit_rule: '', route_group_rule: '', resource_provider: 'CCE',
    metadata: { event_severity: 'Critical;Major' },
    trigger_policies: [{ trigger_type: 'immediately', name: 'x', level: 'Info' }] });
const words = (name) => ({
    name, desc: 'd', locale: 'en-us', source: '',
    templates: [{ subType: 'email', content: 'c', topic: 't' }] });
const query = { time_range: '-1.-1.60', step: 60000, search: 'x',
                sort: { order_by: ['starts_at'], order: 'asc' },
                metadata_relation: [{ key: 'event_severity', value: ['Critical'], relation: 'AND' }] };
const alarm = {
    alarm_rule_name: 'doors', alarm_rule_description: 'd', alarm_rule_type: 'event',
    alarm_rule_enable: true,
    alarm_notifications: { notification_type: 'direct', notification_enable: true,
                           bind_notification_rule_id: 'act', notify_frequency: '300' },
    event_alarm_spec: { event_source: 'CCE', monitor_objects: [{ event_name: 'a' }],
                        trigger_conditions: [{ trigger_type: 'immediately', thresholds: { Critical: 1 } }] } };
const topic = { topic_urn: urn('t') };
const login = { auth: { identity: { methods: ['password'], password: { user: {
    name: 'nobody', password: 'x', domain: { name: 'example' } } } },
    scope: { project: { name: 'cn-north-4', id: project } } } };
const open = (path) => ({ method: 'GET', path, query: { token: 'x', topic_urn: urn('t'),
                                                        subscription_urn: `${urn('t')}:00` } });
const ids = (path) => ({ method: 'GET', path: `/v3/${path}/{id}`, vars: { id: 'x' } });

export const huawei = {
    AddActionRule: actions.Add,
    UpdateActionRule: actions.Update, DeleteActionRule: actions.Delete,
    ListActionRule: actions.List,
    ShowActionRule: { method: 'GET', path: `${aom}/alert/action-rules/{name}`, vars: { name: 'act' } },
    PushEvents: { method: 'PUT', path: `${aom}/push/events`, body: { events: [{
        starts_at: Date.now(), timeout: 600000,
        metadata: { event_name: 'e', event_severity: 'Major', event_type: 'alarm',
                    resource_provider: 'ecs', resource_type: 'vm', resource_id: 'i', more: 'm' },
        annotations: { message: 'words' } }] },
        shows: () => [{ method: 'POST', path: `${aom}/events`, query: { type: 'active_alert', limit: '1000' },
                        body: { time_range: '-1.-1.60' } }] },
    ListEvents: { method: 'POST', path: `${aom}/events`, query: { type: 'active_alert', marker: '0', limit: '10' },
                  body: query },
    CountEvents: { method: 'POST', path: `${aom}/events/statistic`, query: { type: 'active_alert' }, body: query },
    ListNotifiedHistories: { method: 'GET', path: `${aom}/alarm-notified-histories`, query: { event_sn: '1' } },
    CreateNotificationTemplate: {
        method: 'POST', path: `${aom}/events/notification/templates`, body: words('doors'), packed: ['templates'],
        shows: (r) => [`${aom}/events/notification/template/${enc(r.body.name)}`],
        undo: (r) => [{ method: 'DELETE', path: `${aom}/events/notification/templates`,
                        body: { names: [r.body.name] } }] },
    UpdateNotificationTemplate: { method: 'PUT', path: `${aom}/events/notification/templates`,
                                  body: words('nothing'), packed: ['templates'] },
    DeleteNotificationTemplates: { method: 'DELETE', path: `${aom}/events/notification/templates`, body: { names: ['nothing'] } },
    ListNotificationTemplates: { method: 'GET', path: `${aom}/events/notification/templates` },
    ShowNotificationTemplate: { method: 'GET', path: `${aom}/events/notification/template/{name}`, vars: { name: 'x' } },
    AddEvent2alarmRule: event2alarm.Add, UpdateEventRule: event2alarm.Update,
    DeleteEvent2alarmRule: event2alarm.Delete, ListEvent2alarmRule: event2alarm.List,
    AddOrUpdateMetricOrEventAlarmRule: {
        method: 'POST', path: `/v4/${project}/alarm-rules`, query: { action_id: 'add-alarm-action' }, body: alarm,
        shows: () => [`/v4/${project}/alarm-rules?limit=1000`],
        undo: (r) => [{ method: 'DELETE', path: `/v4/${project}/alarm-rules`,
                        body: { alarm_rules: [r.body.alarm_rule_name] } }] },
    ListMetricOrEventAlarmRule: { method: 'GET', path: `/v4/${project}/alarm-rules`,
                                  query: { name: 'x', limit: '10', offset: '0', sort_by: 'alarm_rule_name.asc',
                                           event_source: 'CCE', event_severity: 'Critical' } },
    DeleteMetricOrEventAlarmRule: { method: 'DELETE', path: `/v4/${project}/alarm-rules`,
                                    body: { alarm_rules: ['nothing'] } },
    AddMuteRules: mutes.Add, UpdateMuteRules: mutes.Update, DeleteMuteRules: mutes.Delete, ListMuteRules: mutes.List,
    AddGroupRule: groups.Add, UpdateGroupRule: groups.Update, DeleteGroupRule: groups.Delete, ListGroupRule: groups.List,
    AddInhibitRule: inhibits.Add, UpdateInhibitRule: inhibits.Update, DeleteInhibitRule: inhibits.Delete,
    ListInhibitRule: inhibits.List,
    ConfirmSubscription: open('/v2/notifications/subscriptions/subscribe'),
    CancelSubscriptionByLink: open('/smn/subscription/unsubscribe'),
    DownloadHttpSignCert: { method: 'GET', path: '/smn/{certificate}', vars: { certificate: 'x.pem' } },
    CreateTopic: { method: 'POST', path: `${smn}/topics`, body: { name: 'doors', display_name: 'd' },
                   shows: (r, answer) => [`${smn}/topics/${enc(answer.topic_urn)}`],
                   undo: (r, answer) => [{ method: 'DELETE', path: `${smn}/topics/${enc(answer.topic_urn)}` }] },
    ListTopics: { method: 'GET', path: `${smn}/topics`, query: { offset: '0', limit: '10', name: 'x', fuzzy_name: 'y',
                                                                 enterprise_project_id: '0', topic_id: 'x' } },
    ListTopicDetails: { method: 'GET', path: `${smn}/topics/{topic_urn}`, vars: topic },
    UpdateTopic: { method: 'PUT', path: `${smn}/topics/{topic_urn}`, vars: topic, body: { display_name: 'd' },
                   shows: () => [`${smn}/topics/${urn('t')}`] },
    DeleteTopic: { method: 'DELETE', path: `${smn}/topics/{topic_urn}`, vars: { topic_urn: urn('nothing') } },
    ListTopicAttributes: { method: 'GET', path: `${smn}/topics/{topic_urn}/attributes`, vars: topic,
                           query: { name: 'access_policy' } },
    UpdateTopicAttribute: { method: 'PUT', path: `${smn}/topics/{topic_urn}/attributes/{attribute}`,
                            vars: { ...topic, attribute: 'introduction' }, body: { value: 'v' },
                            shows: () => [`${smn}/topics/${urn('t')}/attributes`] },
    DeleteTopicAttributeByName: { method: 'DELETE', path: `${smn}/topics/{topic_urn}/attributes/{attribute}`,
                                  vars: { topic_urn: urn('nothing'), attribute: 'introduction' } },
    DeleteTopicAttributes: { method: 'DELETE', path: `${smn}/topics/{topic_urn}/attributes`,
                             vars: { topic_urn: urn('nothing') } },
    BatchCreateOrDeleteResourceTags: {
        method: 'POST', path: `${aom}/smn_topic/{topic}/tags/action`, vars: { topic: 't' },
        body: { action: 'create', tags: [{ key: 'k', value: 'v' }] },
        shows: () => [`${aom}/smn_topic/t/tags`],
        undo: (r) => [{ method: 'POST', path: `${aom}/smn_topic/t/tags/action`,
                        body: { action: 'delete', tags: [{ key: r.body.tags[0].key, value: r.body.tags[0].value }] } }] },
    ListResourceTags: { method: 'GET', path: `${aom}/smn_topic/{topic}/tags`, vars: { topic: 't' } },
    AddSubscription: { method: 'POST', path: `${smn}/topics/{topic_urn}/subscriptions`, vars: topic,
                       body: { protocol: 'email', endpoint: 'doors@example.org', remark: 'r' },
                       shows: () => [`${smn}/subscriptions?limit=100`],
                       undo: (r, answer) => [{ method: 'DELETE',
                                               path: `${smn}/subscriptions/${enc(answer.subscription_urn)}` }] },
    BatchDeleteSubscriptionsByTopic: { method: 'DELETE', path: `${smn}/topics/{topic_urn}/subscriptions`, vars: topic,
                                       body: { subscription_urns: [{ subscription_urn: `${urn('t')}:00` }] } },
    DeleteSubscriptionByTopic: { method: 'DELETE', path: `${smn}/topics/{topic_urn}/subscriptions/{urn}`,
                                 vars: { ...topic, urn: `${urn('t')}:00` } },
    ListSubscriptionsByTopic: { method: 'GET', path: `${smn}/topics/{topic_urn}/subscriptions`, vars: topic,
                                query: { offset: '0', limit: '10' } },
    UpdateSubscription: { method: 'PUT', path: `${smn}/topics/{topic_urn}/subscriptions/{urn}`,
                          vars: { ...topic, urn: `${urn('t')}:00` }, body: { remark: 'r' } },
    ListSubscriptions: { method: 'GET', path: `${smn}/subscriptions`,
                         query: { offset: '0', limit: '10', protocol: 'email', status: '1', endpoint: 'x' } },
    BatchDeleteSubscriptions: { method: 'DELETE', path: `${smn}/subscriptions`,
                                body: { subscription_urns: [{ subscription_urn: `${urn('t')}:00` }] } },
    CancelSubscription: { method: 'DELETE', path: `${smn}/subscriptions/{urn}`, vars: { urn: `${urn('t')}:00` } },
    PublishMessage: { method: 'POST', path: `${smn}/topics/{topic_urn}/publish`, vars: topic,
                      body: { subject: 's', message: 'm', time_to_live: '3600' } },
    CreateMessageTemplate: {
        method: 'POST', path: `${smn}/message_template`,
        body: { message_template_name: 'doors', protocol: 'default', content: 'c{x}', locale: 'en-us' },
        shows: (r, answer) => [`${smn}/message_template/${enc(answer.message_template_id)}`],
        undo: (r, answer) => [{ method: 'DELETE', path: `${smn}/message_template/${enc(answer.message_template_id)}` }] },
    ListMessageTemplates: { method: 'GET', path: `${smn}/message_template`,
                            query: { offset: '0', limit: '10', message_template_name: 'x', protocol: 'email' } },
    ListMessageTemplateDetails: { method: 'GET', path: `${smn}/message_template/{id}`, vars: { id: 'x' } },
    UpdateMessageTemplate: { method: 'PUT', path: `${smn}/message_template/{id}`, vars: { id: 'x' }, body: { content: 'c' } },
    DeleteMessageTemplate: { method: 'DELETE', path: `${smn}/message_template/{id}`, vars: { id: 'x' } },
    ListProtocols: { method: 'GET', path: '/v2/notifications/protocols' },
    ListVersions: { method: 'GET', path: '/' }, ShowVersion: { method: 'GET', path: '/v3' },
    // Passwords are hashed two at a time, so no names that are there.
    CreateToken: { method: 'POST', path: '/v3/auth/tokens', body: login, query: { nocatalog: '1' } },
    CreateTemporaryAccessKeyByToken: {
        method: 'POST', path: '/v3.0/OS-CREDENTIAL/securitytokens',
        body: { auth: { identity: { methods: ['token'], token: { id: 'x', duration_seconds: 900 } } } } },
    ShowToken: { method: 'GET', path: '/v3/auth/tokens', query: { nocatalog: '1' } },
    DeleteToken: { method: 'DELETE', path: '/v3/auth/tokens' },
    ShowProject: ids('projects'), ListRegions: { method: 'GET', path: '/v3/regions' }, ShowRegion: ids('regions'),
    ListServices: { method: 'GET', path: '/v3/services', query: { type: 'x' } }, ShowService: ids('services'),
    ListEndpoints: { method: 'GET', path: '/v3/endpoints', query: { interface: 'public', service_id: 'x' } },
    ShowEndpoint: ids('endpoints'),
    ListUsers: { method: 'GET', path: '/v3/users', query: { name: 'x', domain_id: 'x', enabled: 'true' } },
    ShowUser: ids('users'), GetCallerIdentity: { method: 'GET', path: '/v5/caller-identity' },
    ListProjects: { method: 'GET', path: '/v3/projects', query: { name: 'x', domain_id: 'x' } },
    ListAuthProjects: { method: 'GET', path: '/v3/auth/projects' },
    ListAuthDomains: { method: 'GET', path: '/v3/auth/domains' },
    ShowCatalog: { method: 'GET', path: '/v3/auth/catalog' },
};

// ---- CloudMonitor: the parameters are those of the vendor's own SDK ------------------------------

const level = { Statistics: 'Average', ComparisonOperator: 'GreaterThanThreshold', Threshold: '90', Times: 3 };
const metric = { RuleId: 'doors', RuleName: 'n', Namespace: 'acs_ecs_dashboard', MetricName: 'cpu',
                 ContactGroups: 'ops', Resources: '[{"resource":"_ALL"}]', Escalations: { Critical: level } };
// What makes an operation succeed; what is named by `shows` answers with what was written.
const cms = (name, params = {}) => ({ action: name, params });
export const alibaba = {
    PutContact: { ContactName: 'doors', Describe: 'd', Lang: 'en', Channels: { Mail: 'doors@example.org' },
                  shows: () => [cms('DescribeContactList', { PageSize: 100 })],
                  undo: (p) => [cms('DeleteContact', { ContactName: p.ContactName })] },
    PutContactGroup: { ContactGroupName: 'doors', Describe: 'd', ContactNames: ['ada'],
                       shows: () => [cms('DescribeContactGroupList', { PageSize: 100 })],
                       undo: (p) => [cms('DeleteContactGroup', { ContactGroupName: p.ContactGroupName })] },
    PutCustomEvent: { EventInfo: [{ EventName: 'e', Content: 'c', GroupId: '1', Time: '20171013T170923.456+0800' }] },
    SendDryRunSystemEvent: { Product: 'ECS', EventName: 'e', EventContent: '{"level":"CRITICAL"}', GroupId: '1' },
    PutEventRule: { RuleName: 'doors', Description: 'd', EventType: 'SYSTEM', State: 'ENABLED', GroupId: '1',
                    SilenceTime: 86400,
                    EventPattern: [{ Product: 'ecs', NameList: ['a'], LevelList: ['WARN'], EventTypeList: ['*'],
                                     StatusList: ['Failed'], SQLFilter: 'a', CustomFilters: 'b' }],
                    shows: (p) => [cms('DescribeEventRuleAttribute', { RuleName: p.RuleName })],
                    undo: (p) => [cms('DeleteEventRules', { RuleNames: [p.RuleName] })] },
    PutEventRuleTargets: { RuleName: 'kept', ContactParameters: [{ Id: '1', ContactGroupName: 'ops', Level: '4' }],
                           WebhookParameters: [{ Id: '2', Protocol: 'http', Method: 'POST', Url: 'https://example.org/a' }],
                           shows: () => [cms('DescribeEventRuleTargetList', { RuleName: 'kept' })],
                           undo: () => [] },
    CreateMetricRuleBlackList: { Name: 'doors', Namespace: 'acs_ecs_dashboard', Category: 'ecs',
                                 Instances: ['{"instanceId":"i-abc"}'], ScopeType: 'USER',
                                 Metrics: [{ MetricName: 'cpu', Resource: '{"device":"C:"}' }],
                                 shows: () => [cms('DescribeMetricRuleBlackList', { PageSize: 100 })],
                                 undo: (p, answer) => [cms('DeleteMetricRuleBlackList', { Id: answer.Id })] },
    PutResourceMetricRule: { ...metric, shows: () => [cms('DescribeMetricRuleList', { PageSize: 100 })],
                             undo: (p) => [cms('DeleteMetricRules', { Id: [p.RuleId] })] },
    PutResourceMetricRules: { Rules: [metric], undo: () => [cms('DeleteMetricRules', { Id: ['doors'] })] },
    PutGroupMetricRule: { RuleId: 'doors', RuleName: 'disk', GroupId: '7301', Category: 'ecs',
                          Namespace: 'acs_ecs_dashboard', MetricName: 'disk', Dimensions: '{"device":"/dev/vda1"}',
                          Escalations: { Info: level }, shows: () => [cms('DescribeMetricRuleList', { PageSize: 100 })],
                          undo: (p) => [cms('DeleteMetricRules', { Id: [p.RuleId] })] },
    PutCustomMetricRule: { RuleId: 'doors', RuleName: 'n', MetricName: 'cpu', Statistics: 'Average',
                           ComparisonOperator: '>', Threshold: '7', EvaluationCount: 2, Level: 'WARN',
                           ContactGroups: 'ops', GroupId: '7301', Resources: '["{\\"groupId\\":7301}"]',
                           shows: () => [cms('DescribeMetricRuleList', { PageSize: 100 })],
                           undo: (p) => [cms('DeleteMetricRules', { Id: [p.RuleId] })] },
    PutCustomMetric: { MetricList: [{ GroupId: '0', MetricName: 'm', Dimensions: '{"a":"b"}', Type: '0',
                                      Period: '60', Values: '{"value":1.5}' }] },
};
