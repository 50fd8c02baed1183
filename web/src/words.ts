// words.ts - Chinese and English side by side: say() takes both, so that neither can be
// forgotten. Words of the server (reasons, states, channels) have tables here, keyed by
// the server's own word; one that is not known is shown as it came.
import { signal } from '@preact/signals';
import { meaningInChinese } from './meanings';

export type Lang = 'en' | 'zh';
const stored = localStorage.getItem('belfry.lang');
export const lang = signal<Lang>(stored === 'zh' || stored === 'en' ? stored : navigator.language.startsWith('zh') ? 'zh' : 'en');
export const say = (en: string, zh: string): string => (lang.value === 'zh' ? zh : en);
export const plural = (n: number, one: string, many: string, zh: string): string =>
  say(`${n} ${n === 1 ? one : many}`, `${n} ${zh}`);

type Pair = readonly [en: string, zh: string];
type Table = Record<string, Pair>;
const of = (table: Table, word: string | undefined): string => {
  const pair = word && Object.hasOwn(table, word) ? table[word] : undefined;
  return pair ? say(pair[0], pair[1]) : word ?? '';
};

const outcomes: Table = {
  told: ['told', '已通知'], delivered: ['delivered', '已送达'], accepted: ['accepted by the server', '对方已接收'],
  deferred: ['will be tried again', '稍后重试'], refused: ['refused', '被拒绝'], unfit: ['content refused', '内容被拒'],
  unknown: ['no answer', '没有应答'], waiting: ['waiting', '等待中'], sending: ['on its way', '发送中'],
  not_routed: ['no route matches', '没有匹配的路由'], address_pending: ['address not confirmed', '地址未确认'],
  address_cancelled: ['unsubscribed', '已退订'], channel_absent: ['channel cannot be used', '渠道不可用'],
  group_missing: ['contact group does not exist', '联系人组不存在'], group_empty: ['contact group has no members', '联系人组没有成员'],
  contact_no_address: ['contact has no address', '联系人没有地址'], rule_missing: ['action rule does not exist', '行动规则不存在'],
  topic_missing: ['topic does not exist', '主题不存在'], topic_empty: ['topic has no subscription', '主题没有订阅'],
  route_no_target: ['route names nobody', '路由没有通知对象'], told_already: ['told already', '此前已通知'],
  same_address: ['same address, told once', '地址重复，只通知一次'], resolved_untold: ['resolved before anybody was told', '通知前已恢复'],
  replaced: ['replaced by a newer message', '被更新的消息取代'], dead_letter: ['given up after 24 hours', '24 小时后放弃'],
  silenced: ['silenced', '已静默'], inhibited: ['inhibited by another alert', '被其他告警抑制'],
  muted: ['in a time interval that mutes', '处于免打扰时段'], inactive: ['outside the active hours', '不在生效时段'],
  receiver_missing: ['receiver does not exist', '接收者不存在'], receiver_empty: ['receiver leads nowhere', '接收者没有去处'],
  acknowledged: ['acknowledged, not repeated', '已认领，不再重复'], unacknowledged: ['given back', '已取消认领'],
  below_severity: ["below this address's severity", '低于此地址的级别'],
  quiet_hours: ['quiet hours', '免打扰时间'], route_disabled: ['route is switched off', '路由已停用'],
  route_missing: ['route does not exist any more', '路由已不存在'], address_gone: ['address not reached any more', '已不再通知此地址'],
  alerts_gone: ['its alerts are forgotten', '告警记录已过期'], merged: ['merged into one message', '已合并为一条'],
  bucket_empty: ['waits: enough was sent there for now', '等待：发送已达上限'],
  breaker_open: ['waits: the address does not work', '等待：地址暂不可用'], quarantined: ['not tried again after a crash', '崩溃后不再重试'],
  own_failure: ['is not told of its own failure', '不向故障地址通知故障'],
  counted: ['counted by a rule that waits for several', '由累计规则计数,达到次数才通知'],
  create: ['created', '新建'], update: ['changed', '修改'], delete: ['deleted', '删除'],
};
export const outcome = (word?: string): string => of(outcomes, word);

const reasons: Table = {
  'first notification': ['first notification', '首次通知'], 'new alerts added': ['new alerts added', '新增告警'],
  'some alerts resolved': ['some alerts resolved', '部分恢复'], 'all alerts resolved': ['all alerts resolved', '全部恢复'],
  'repeat interval elapsed': ['repeated', '重复提醒'], 'severity changed': ['severity changed', '级别变化'],
  'fired and resolved before anybody was told': ['fired and resolved before anybody was told', '通知前已触发并恢复'],
  'confirmation asked': ['confirmation asked', '请求确认地址'], 'test asked': ['test', '测试'],
  'sent again by request': ['sent again by request', '按要求重发'],
  'escalated, nobody acknowledged': ['escalated, nobody acknowledged', '无人认领，已升级'], 'weekly report': ['weekly report', '周报'],
  'several in one: more than may be sent there': ['several in one', '多条合并'],
};
// A digest says how many it holds behind the words.
export function reason(word?: string): string {
  const many = /^(several in one: .*) \((\d+) messages?\)$/.exec(word ?? '');
  return many ? `${of(reasons, many[1])} (${many[2]})` : of(reasons, word);
}

const fixes: Table = {
  not_routed: ['Add a route whose matchers fit, or change the matcher that misses.', '新增匹配的路由，或修改未匹配的条件。'],
  address_pending: ['Send the link again, or confirm the address for its owner.', '重新发送确认链接，或代为确认。'],
  address_cancelled: ['Only the owner can come back.', '只有本人可以重新订阅。'],
  group_missing: ['Make the contact group, or name another one in the route.', '新建该联系人组，或在路由中改用其他组。'],
  group_empty: ['Put somebody into the contact group.', '向联系人组添加成员。'],
  contact_no_address: ['Give the contact an address.', '为联系人添加地址。'],
  route_no_target: ['Name a contact group in the route.', '在路由中指定联系人组。'],
  silenced: ['End the silence if it is not wanted.', '如不需要，可结束静默。'],
  route_disabled: ['Switch the route on.', '启用该路由。'],
  refused: ['Change the settings the answer names, test the address, then send again.', '按应答修改设置，测试地址后重发。'],
  dead_letter: ['See its attempts, mend the address, send again.', '查看各次尝试，修复地址后重发。'],
};
export const fixOf = (word: string | undefined, theirs: string | undefined): string => (word && fixes[word] ? of(fixes, word) : theirs ?? '');

// What an answer meant: the server's sentence, or its Chinese.
export const meaning = (en: string | undefined): string => (lang.value === 'zh' ? meaningInChinese(en ?? '') : en ?? '');

const channels: Table = {
  email: ['E-mail', '邮件'], sms: ['SMS', '短信'], dingtalk: ['DingTalk', '钉钉'], aliim: ['AliIM', '旺旺'], webhook: ['Webhook', 'Webhook'],
  feishu: ['Feishu', '飞书'], wecom: ['WeCom', '企业微信'], wecom_app: ['WeCom app', '企业微信应用'], slack: ['Slack', 'Slack'],
  slack_app: ['Slack app', 'Slack 应用'], telegram: ['Telegram', 'Telegram'], teams: ['Teams', 'Teams'], discord: ['Discord', 'Discord'],
  voice: ['Call', '电话'],
};
export const channel = (word?: string): string => of(channels, word);
export const addressKinds = ['email', 'dingtalk', 'feishu', 'wecom', 'sms', 'voice', 'webhook', 'slack', 'slack_app', 'telegram', 'teams', 'discord',
  'wecom_app', 'webex', 'mattermost', 'rocketchat', 'matrix', 'ntfy', 'pushover', 'pagerduty', 'opsgenie', 'victorops', 'incidentio', 'jira', 'sns'];

const severities: Table = { critical: ['Critical', '紧急'], error: ['Error', '重要'], warning: ['Warning', '次要'], info: ['Info', '提示'] };
export const severity = (word: string): string => of(severities, word.toLowerCase()) || say('None', '无');

const addressStates: Table = { ok: ['confirmed', '已确认'], pending: ['not confirmed', '未确认'], cancelled: ['unsubscribed', '已退订'] };
export const addressState = (word: string): string => of(addressStates, word);

// ---- times --------------------------------------------------------------------------

export const utc = signal(localStorage.getItem('belfry.utc') === 'yes');
export const now = signal(Date.now());
setInterval(() => { now.value = Date.now(); }, 10_000);

const locale = (): string => (lang.value === 'zh' ? 'zh-CN' : 'en-GB');

export function absolute(at: string | number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium', ...(utc.value ? { timeZone: 'UTC' } : {}) }).format(new Date(at));
}
export function clock(at: string | number, seconds = true): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}), hourCycle: 'h23',
    ...(utc.value ? { timeZone: 'UTC' } : {}) }).format(new Date(at));
}

export function span(ms: number): string {
  const s = Math.round(Math.abs(ms) / 1000);
  if (s < 60) return say(`${s} s`, `${s} 秒`);
  if (s < 3600) return say(`${Math.round(s / 60)} min`, `${Math.round(s / 60)} 分钟`);
  if (s < 48 * 3600) {
    const h = Math.floor(s / 3600), m = Math.round((s % 3600) / 60);
    return m ? say(`${h} h ${m} min`, `${h} 小时 ${m} 分`) : say(`${h} h`, `${h} 小时`);
  }
  return say(`${Math.round(s / 86400)} days`, `${Math.round(s / 86400)} 天`);
}
export function relative(at: string | number): string {
  const ms = new Date(at).getTime() - now.value;
  if (Math.abs(ms) < 5000) return say('now', '刚刚');
  return ms < 0 ? say(`${span(ms)} ago`, `${span(ms)}前`) : say(`in ${span(ms)}`, `${span(ms)}后`);
}
