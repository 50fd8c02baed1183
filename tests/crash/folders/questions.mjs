// questions.mjs - all that a server answers about its folder, by every API it has. Asked of
// the version that wrote a folder (make.mjs) and of today's (old.test.mjs).
import { cloudMonitor, huawei } from '../../demo/signed.mjs';
import { bearerHead, key } from '../rig.mjs';

export const project = '2b31ed520xxxxxxebedb6e57xxxxxxxx';
const things = ['contacts', 'contact-groups', 'action-rules', 'topics', 'subscriptions', 'templates', 'routes', 'silences',
  'inhibitions', 'time-intervals', 'receivers', 'heartbeats', 'escalations', 'users', 'metric-rules', 'alerts'];
const rows = (what, more = '') => `/api/belfry/v1/${what}?order=oldest&limit=1000${more}`;
export const histories = { all: rows('deliveries'), attempts: rows('deliveries', '&kind=attempt'), audit: rows('audit') };
const once = rows('history'); // the name of the first of them, when the second was the only one
const paths = [...things.map((thing) => `/api/belfry/v1/${thing}`), ...Object.values(histories), once, '/api/v2/alerts', '/api/v2/alerts/groups',
  '/api/v2/silences'];
const actions = [['DescribeContactList', {}], ['DescribeContactGroupList', {}],
  ['DescribeContactListByContactGroup', { ContactGroupName: '值班' }]];
const cloud = [`/v2/${project}/alert/action-rules`, `/v2/${project}/notifications/topics`, `/v2/${project}/notifications/subscriptions`];

// { question: answer }, of those that this version knows.
export async function answersOf(url) {
  const answers = {};
  for (const path of paths) {
    const answer = await fetch(url + path, { headers: bearerHead });
    if (answer.status === 200) answers[path] = await answer.json();
  }
  for (const [action, params] of actions) {
    const { status, body: { RequestId, ...body } } = await cloudMonitor(url, key, action, params);
    if (status === 200) answers[action] = body;
  }
  for (const path of cloud) {
    const { status, body: { request_id, ...body } } = await huawei(url, key, 'GET', path);
    if (status === 200) answers[path] = body;
  }
  if (answers[once]) [answers[histories.attempts], answers[histories.all]] = [answers[histories.all], answers[once]];
  delete answers[once];
  return answers;
}
