// main.tsx - the frame around every screen: who is signed in, where one can go.
import { signal } from '@preact/signals';
import { type FunctionComponent, render } from 'preact';
import { useEffect } from 'preact/hooks';
import { ask, deafen, isOpen, listen, live, openSession, session } from './api';
import { go, place } from './router';
import { Alerts } from './alerts';
import { AlertPage } from './alert';
import { Audit } from './audit';
import { Deliveries } from './deliveries';
import { First } from './first';
import { Import } from './import';
import { ContactPage, GroupPage, People } from './people';
import { ObjectPage } from './object';
import { RoutePage, Rules } from './rules';
import { Settings } from './settings';
import { SignIn } from './signin';
import { SilencePage, Silences } from './silences';
import { Templates } from './templates';
import { Who } from './who';
import { Dialog, Head, Link, Told, useKeys } from './ui';
import { lang, say, utc } from './words';
import './style.css';

const screens: Record<string, FunctionComponent> = {
  '': Alerts, alerts: Alerts, alert: AlertPage, who: Who, deliveries: Deliveries, people: People, contact: ContactPage, group: GroupPage,
  rules: Rules, route: RoutePage, object: ObjectPage, templates: Templates, silences: Silences, silence: SilencePage, settings: Settings, audit: Audit, first: First, import: Import,
};

const theme = signal(localStorage.getItem('belfry.theme') ?? 'auto');
const help = signal(false);

function choose(what: 'lang' | 'theme' | 'utc', value: string): void {
  localStorage.setItem(`belfry.${what}`, value);
  if (what === 'lang') lang.value = value === 'zh' ? 'zh' : 'en';
  if (what === 'theme') theme.value = value;
  if (what === 'utc') utc.value = value === 'yes';
}

function Frame() {
  document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.dataset['theme'] = theme.value;
  useEffect(() => { openSession().catch(() => { session.value = null; }); }, []);
  useEffect(() => { if (session.value) listen(); else deafen(); }, [session.value?.user]);
  if (session.value === undefined) return <p class="loading" role="status">…</p>;
  return session.value === null ? <><SignIn /><Choices /></> : <Inside />;
}

function Choices() {
  return <div class="choices">
    <select aria-label={say('Language', '语言')} value={lang.value} onChange={(e) => choose('lang', e.currentTarget.value)}>
      <option value="en">English</option><option value="zh">中文</option></select>
    <select aria-label={say('Theme', '主题')} value={theme.value} onChange={(e) => choose('theme', e.currentTarget.value)}>
      <option value="auto">{say('As the system', '跟随系统')}</option><option value="light">{say('Light', '浅色')}</option><option value="dark">{say('Dark', '深色')}</option></select>
    <select aria-label={say('Times', '时区')} value={utc.value ? 'yes' : 'no'} onChange={(e) => choose('utc', e.currentTarget.value)}>
      <option value="no">{say('Local time', '本地时间')}</option><option value="yes">UTC</option></select>
  </div>;
}

async function signOut() {
  await ask('DELETE', 'session').catch(() => undefined);
  session.value = null;
}

function Inside() {
  const parent: Record<string, string> = { '': 'alerts', alert: 'alerts', contact: 'people', group: 'people', route: 'rules', object: 'rules', templates: 'rules', silence: 'silences', import: 'people' };
  const at = place.value.screen, here = Object.hasOwn(parent, at) ? parent[at] : at;
  const Screen = Object.hasOwn(screens, at) ? screens[at]! : Nowhere;
  const nav: [string, string][] = [['alerts', say('Alerts', '告警')], ['who', say('Who gets told?', '会通知谁')], ['deliveries', say('Deliveries', '投递记录')],
    ['silences', say('Silences', '静默')], ['people', say('People', '联系人')], ['rules', say('Rules', '规则')]];
  useJumps();
  return <>
    <a class="skip" href="#main">{say('To the content', '跳到内容')}</a>
    <header class="top">
      <Link to="alerts" class="brand">Belfry</Link>
      <nav aria-label={say('Main', '主导航')}>{nav.map(([to, words]) =>
        <Link key={to} to={to} aria-current={here === to ? 'page' : undefined}>{words}</Link>)}</nav>
      <span class={live.value ? 'live on' : 'live'} title={live.value ? say('Live: changes appear by themselves', '实时更新') : say('Not connected', '未连接')}>
        <span aria-hidden="true">{live.value ? '●' : '○'}</span> {live.value ? say('live', '实时') : say('offline', '离线')}</span>
      <details class="menu" key={at}><summary aria-label={say('More', '更多')}>☰</summary><div>
        <p class="who">{isOpen() ? say('open: whoever reaches this page may look, silence and acknowledge', '开放访问：任何人可查看、静默和认领') : <bdi>{session.value?.user}</bdi>} · <bdi>{session.value?.account}</bdi></p>
        <Link to="templates">{say('Templates', '模板')}</Link>{!isOpen() && <Link to="audit">{say('Audit', '审计')}</Link>}
        <Link to="settings">{say('Settings', '设置')}</Link>{!isOpen() && <Link to="first">{say('First steps', '新手引导')}</Link>}
        <Choices />
        <button type="button" onClick={() => { help.value = true; }}>{say('Keys', '快捷键')} (?)</button>
        {!isOpen() && <button type="button" onClick={signOut}>{say('Sign out', '退出登录')}</button>}</div></details>
    </header>
    <main id="main" tabIndex={-1}><Screen key={at} /></main>
    <Told />{help.value && <Keys />}
  </>;
}

// g and a letter.
let jump = 0;
const jumps: Record<string, string> = { a: 'alerts', w: 'who', d: 'deliveries', p: 'people', r: 'rules', s: 'silences', t: 'templates' };
function useJumps() {
  const keys: Record<string, () => void> = {
    '?': () => { help.value = true; },
    g: () => { jump = Date.now(); },
    '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
  };
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const to = jumps[e.key];
      if (to && Date.now() - jump < 1200 && !/^(INPUT|TEXTAREA|SELECT)$/.test((e.target as HTMLElement).tagName)) {
        e.preventDefault();
        e.stopImmediatePropagation();
        go(to);
      }
      if (e.key !== 'g') jump = 0;
    };
    addEventListener('keydown', press, true);
    return () => removeEventListener('keydown', press, true);
  }, []);
  useKeys(keys);
}

function Keys() {
  const rows: [string, string][] = [['g a · g w · g d · g s · g p · g r', say('go to Alerts, Who, Deliveries, Silences, People, Rules', '跳转到各页面')],
    ['/', say('search', '搜索')], ['j k', say('next, previous alert', '下一条、上一条告警')], ['x', say('select it', '选中')], ['Enter', say('open it', '打开')],
    ['a', say('acknowledge', '认领')], ['s', say('silence', '静默')], ['w', say('who gets told', '会通知谁')], ['?', say('this list', '快捷键列表')]];
  return <Dialog title={say('Keys', '快捷键')} close={() => { help.value = false; }}>
    <dl class="keys">{rows.map(([k, words]) => <div key={k}><dt><kbd>{k}</kbd></dt><dd>{words}</dd></div>)}</dl></Dialog>;
}

const Nowhere = () => <><Head title={say('No such page', '页面不存在')} /><Link to="alerts">{say('To the alerts', '返回告警')}</Link></>;

render(<Frame />, document.getElementById('app')!);
