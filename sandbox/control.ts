import type { CallRecord } from './call-log.ts';
import type { Evaluation } from './config.ts';
import type { FaultBox } from './faults.ts';
import type { IamAccounts } from './iam/accounts.ts';
import { dumpIam } from './iam/dump.ts';
import type { WireRequest, WireResponse } from './service.ts';
import { moveAccount, recordUse, setPolicyText } from './tree.ts';
import type { World } from './world.ts';

/** What the control surface shows and changes. */
export interface Control {
  readonly world: World;
  readonly faults: FaultBox;
  readonly calls: () => readonly CallRecord[];
  readonly clearCalls: () => void;
  readonly messages: () => readonly unknown[];
  readonly events: () => readonly unknown[];
  readonly iamAccounts: IamAccounts;
  readonly evaluations: () => readonly Evaluation[];
}

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown, key: string): Members => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${key}: expected an object`);
  return value as Members;
};
const text = (members: Members, key: string, member: string): string => {
  const value = members[member];
  if (typeof value !== 'string') throw new Error(`${key}.${member}: expected a text`);
  return value;
};

const orders: Readonly<Record<string, (control: Control, value: unknown) => void>> = {
  moveAccount: ({ world }, value) => {
    const given = membersOf(value, 'moveAccount');
    moveAccount(world, text(given, 'moveAccount', 'accountId'), text(given, 'moveAccount', 'parentId'));
  },
  use: ({ world }, value) => {
    const given = membersOf(value, 'use');
    recordUse(world, {
      accountId: text(given, 'use', 'accountId'),
      service: text(given, 'use', 'service'),
      ...(given.region === undefined ? {} : { region: text(given, 'use', 'region') }),
      ...(given.daysAgo === undefined ? {} : { daysAgo: Number(given.daysAgo) }),
    });
  },
  identityUse: ({ world, iamAccounts }, value) => {
    const given = membersOf(value, 'identityUse');
    const [type, name = ''] = text(given, 'identityUse', 'by').split('/');
    if (type !== 'user' && type !== 'role')
      throw new Error('identityUse.by: expected user/NAME or role/NAME');
    const at = world.now() - Number(given.daysAgo ?? 0) * 86_400_000;
    iamAccounts.of(text(given, 'identityUse', 'accountId')).uses.push({
      by: { type, name },
      service: text(given, 'identityUse', 'service'),
      at,
      region: given.region === undefined ? 'us-east-1' : text(given, 'identityUse', 'region'),
      actions: new Map(given.action === undefined ? [] : [[text(given, 'identityUse', 'action'), at]]),
      byPolicy: given.byPolicy === undefined ? null : text(given, 'identityUse', 'byPolicy'),
    });
  },
  iamVisibilitySeconds: ({ iamAccounts }, value) => {
    if (typeof value !== 'number' || !(value >= 0))
      throw new Error('iamVisibilitySeconds: expected a number of 0 or more');
    iamAccounts.visibilitySeconds = value;
  },
  setPolicy: ({ world }, value) => {
    const given = membersOf(value, 'setPolicy');
    const content = given.content;
    setPolicyText(
      world,
      text(given, 'setPolicy', 'policyId'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  },
  advanceSeconds: ({ world }, value) => {
    if (typeof value !== 'number' || !(value >= 0))
      throw new Error('advanceSeconds: expected a number of 0 or more');
    world.advanceSeconds(value);
  },
  fault: ({ faults }, value) => {
    for (const spec of Array.isArray(value) ? value : [value]) faults.add(String(spec));
  },
  clearFaults: ({ faults }, value) => {
    if (value === true) faults.clear();
  },
  clearCalls: ({ clearCalls }, value) => {
    if (value === true) clearCalls();
  },
};

const change = (control: Control, request: WireRequest): WireResponse => {
  try {
    const given = membersOf(JSON.parse(request.body.toString('utf8')), 'the body');
    for (const key of Object.keys(given)) {
      if (orders[key] === undefined)
        throw new Error(`${key}: unknown; known: ${Object.keys(orders).join(', ')}`);
    }
    for (const [key, value] of Object.entries(given)) orders[key]?.(control, value);
    return json(200, { ok: true });
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
};

/** Answers `/_sandbox/…`, the sandbox's own surface beside AWS's protocols; null for any other path. */
export const answerControl = (control: Control, request: WireRequest): WireResponse | null => {
  const path = request.url.split('?')[0] ?? '';
  if (!path.startsWith('/_sandbox/')) return null;
  const name = path.slice('/_sandbox/'.length);
  if (request.method === 'POST' && name === 'world') return change(control, request);
  if (request.method === 'GET' && name === 'calls') return json(200, control.calls());
  if (request.method === 'GET' && name === 'messages') return json(200, control.messages());
  if (request.method === 'GET' && name === 'events') return json(200, control.events());
  if (request.method === 'GET' && name === 'evaluations') return json(200, control.evaluations());
  const [, iamAccount] = /^iam\/(\d{12})$/.exec(name) ?? [];
  if (request.method === 'GET' && iamAccount !== undefined)
    return json(200, dumpIam(control.iamAccounts.of(iamAccount).written));
  if (request.method === 'GET' && name === 'health') {
    const { world } = control;
    return json(200, {
      ok: true,
      organizationId: world.organizationId,
      accounts: world.accounts.size,
      now: new Date(world.now()).toISOString(),
      faults: control.faults.list().length,
    });
  }
  return json(404, {
    error: `${request.method} ${path} is not known; known: GET /_sandbox/calls, /_sandbox/messages, /_sandbox/events, /_sandbox/evaluations, /_sandbox/iam/ACCOUNT, /_sandbox/health and POST /_sandbox/world`,
  });
};
