import { describe, expect, test } from '@jest/globals';
import { firstLook } from '../../core/message/views/first-look.ts';
import { serviceCatalogue } from '../../core/policy/service-catalogue.ts';
import losses from '../../core/policy/service-losses.json' with { type: 'json' };
import { lossOf } from '../../core/policy/service-losses.ts';
import cases from '../cases/message/first-looks.json' with { type: 'json' };
import { lived } from '../change/lives.ts';
import { content, proposal } from '../change/samples.ts';
import { reviewedStory } from '../support/iam-changes.ts';
import { evidenceOf } from '../web/sample-changes.ts';
import { viewOf } from './sample-view.ts';

describe('the first look at a change', () => {
  test.each(cases)('$name', ({ lastUse, more, named, services, unused }) => {
    const given = Object.entries(services).sort(([a], [b]) => a.localeCompare(b));
    const evidence = given.map(([name, days]) => ({
      ...evidenceOf(name, days),
      serviceName: `Amazon ${name}`,
    }));
    const look = firstLook(
      viewOf(lived(proposal({ ...content(), services: given.map(([name]) => name), evidence }), [])),
    );
    expect(look.named.map(({ namespace }) => namespace)).toEqual(named);
    expect(look).toMatchObject({ more, unused });
    expect(look.lastUse).toContain(lastUse);
  });

  test('of a change of IAM, names by whom a service was last used, and each service once', () => {
    const [change] = reviewedStory('paulo').changes;
    if (!change) throw new Error('there is no change');
    const { lastUse, more, named } = firstLook(viewOf(lived(proposal(change), [])));
    const services = new Set(change.identity?.evidence.map(({ serviceNamespace }) => serviceNamespace));
    expect(named.length + more).toBe(services.size);
    expect(new Set(named.map(({ namespace }) => namespace)).size).toBe(named.length);
    expect(lastUse).toMatch(/days ago\): .+, by (user|role)\//);
  });

  test('of a change of IAM that takes single actions, names these', () => {
    const change = reviewedStory('nikki').changes.find(({ services }) => services.length === 0);
    if (!change) throw new Error('there is no change of single actions alone');
    const { lastUse, named, unused } = firstLook(viewOf(lived(proposal(change), [])));
    expect(lastUse).toMatch(
      /^of the single actions not since \d{4}-\d\d-\d\d; the service itself is in use$/,
    );
    expect(named.map(({ name }) => name)).toEqual(change.identity?.actions.slice(0, named.length));
    expect(named.length).toBeGreaterThan(0);
    expect(unused).toBe('No service as a whole: single actions that nobody attempted.');
  });

  test('of an unused role that is stopped, tells of the role: a Deny stands above whatever allows', () => {
    const [change] = reviewedStory('roles').changes;
    if (!change) throw new Error('there is no change');
    const view = viewOf(lived(proposal(change), []));
    const look = firstLook(view);
    expect(look).toMatchObject({ more: 0, named: [{ name: 'every service' }] });
    expect(view.choice).toEqual([expect.stringContaining('a Deny of everything stops it')]);
    expect(look.unused).toMatch(/^Nobody used the role (for|in) \d+ days\.$/);
    expect(look.lastUse).toMatch(/^\d{4}-\d\d-\d\d \(91 days ago\), by role\/forgotten$/);
    expect(view.told.sees).toMatch(/every call by the role, whatever else allows it/);
  });

  test('of services that go beside single actions of others, tells of both', () => {
    const [change] = reviewedStory('nikki').changes;
    const [evidence] = change?.identity?.evidence ?? [];
    if (!change?.identity || !evidence) throw new Error('there is no change');
    const whole = { ...evidence, kind: 'never-used', actions: [], lastAccessedAt: null } as const;
    const mixed = { ...change, identity: { ...change.identity, evidence: [evidence, whole] } };
    expect(firstLook(viewOf(lived(proposal(mixed), []))).lastUse).toMatch(
      /^none in 400 days, by nobody; of the single actions not since /,
    );
  });

  test('of a service of which everybody keeps something, says that it goes in part', () => {
    const [change] = reviewedStory('paulo').changes;
    const [service] = change?.services ?? [];
    if (!change?.identity || !service) throw new Error('there is no change');
    const effects = change.identity.effects.map((each) => ({ ...each, loses: [], narrowed: [service] }));
    const told = { ...change, services: [service], identity: { ...change.identity, evidence: [], effects } };
    const { named } = firstLook(viewOf(lived(proposal(told), [])));
    expect(named.map(({ name }) => name)).toEqual([`${service} (in part)`]);
  });
});

describe('what the loss of a service would stop', () => {
  test('every service of the table is known to the catalogue and named once', () => {
    const namedLosses = losses.flatMap(({ services }) => services);
    expect(namedLosses.filter((name) => !serviceCatalogue.has(name))).toEqual([]);
    expect(new Set(namedLosses).size).toBe(namedLosses.length);
  });

  test.each([
    ['dynamodb', 'high'],
    ['route53', 'high'],
    ['acm', 'high'],
    ['cognito-idp', 'high'],
    ['logs', 'high'],
    ['lex', 'medium'],
    ['no-such-service', 'medium'],
    ['codestar', 'low'],
  ])('%s: %s, with a reason', (namespace, level) => {
    expect(lossOf(namespace).level).toBe(level);
    expect(lossOf(namespace).why).toMatch(/\w+ \w+/);
  });
});
