import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { explain, isAwsRefusal } from '../../adapters/aws/refusal.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import { wireDecide, wirePolicyWriter, wireReview } from '../../adapters/wire.ts';
import { closeBoxes, nestedUnits, openBox } from './box.ts';
import { pointAt } from './environment.ts';

afterEach(closeBoxes);

const refusalOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isAwsRefusal(error)) throw new Error(`no refusal: ${error}`);
  return error;
};

const identityAt = async (endpoint: string, variables: Record<string, string | undefined> = {}) => {
  const restore = pointAt(endpoint, variables);
  try {
    return await refusalOf(wireReview().caller.identity());
  } finally {
    restore();
  }
};

describe('what AWS says no to is told in one line', () => {
  test('a missing permission is named', async () => {
    await openBox({ scenario: { ...nestedUnits, denied: ['organizations:ListPolicies'] } });
    const refusal = await refusalOf(wireReview().organization.readPolicies());
    expect(refusal).toMatchObject({
      code: 'AccessDeniedException',
      permission: 'organizations:ListPolicies',
      kind: 'access-denied',
    });
    expect(refusal.message).toMatch(
      /^ListPolicies was refused: AccessDeniedException .*; needs organizations:ListPolicies$/,
    );
  });

  test('also one for the table', async () => {
    await openBox({ scenario: nestedUnits, faults: ['error:Query:AccessDeniedException:9'] });
    const { stores } = wireDecide(readEnvironment({ TABLE_NAME: 'none' }));
    const refusal = await refusalOf(stores.changes.load('chg-0123456789ab'));
    expect(refusal.message).toMatch(
      /^dynamodb:Query was refused: AccessDeniedException .*; needs dynamodb:Query$/,
    );
  });

  test('an account without an organization', async () => {
    const organization = { ...nestedUnits.organization, inUse: false };
    await openBox({ scenario: { ...nestedUnits, organization } });
    expect(await refusalOf(wireReview().organization.readTree())).toMatchObject({
      code: 'AWSOrganizationsNotInUseException',
    });
  });

  test.each([
    ['ExpiredTokenException', 'credentials', /have expired: sign in again/],
    ['UnrecognizedClientException', 'credentials', /correct the AWS credentials/],
  ])('%s', async (code, kind, message) => {
    await openBox({ scenario: nestedUnits, faults: [`error:ListPolicies:${code}`] });
    const refusal = await refusalOf(wireReview().organization.readPolicies());
    expect(refusal).toMatchObject({ code, kind, permission: null, message: expect.stringMatching(message) });
  });

  test('a write is tried once, whatever goes wrong', async () => {
    const sandbox = await openBox({ scenario: nestedUnits, faults: ['lost-answer:UpdatePolicy'] });
    const text = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
    const resource = { type: 'policy-text', policyId: 'p-newsvctest', name: 'NewServiceTest' } as const;
    const update = { resource, existingId: 'p-newsvctest', before: null, after: text };
    const refusal = await refusalOf(wirePolicyWriter().write(update));
    expect(refusal).toMatchObject({ operation: 'UpdatePolicy', code: 'ECONNRESET', kind: 'other' });
    expect(sandbox.calls().filter(({ operation }) => operation === 'UpdatePolicy')).toHaveLength(1);
    expect(await wirePolicyWriter().readPolicyText('p-newsvctest')).toBe(text);
  });

  test.each(['concurrent-modification', 'policy-changes-in-progress', 'throttle'])(
    '%s of a write',
    async (fault) => {
      const sandbox = await openBox({ scenario: nestedUnits, faults: [`${fault}:DetachPolicy`] });
      const resource = { type: 'attachment', targetId: 'ou-ex01-nested000' } as const;
      const detach = { resource, existingId: 'p-newsvctest', before: 'attached', after: null };
      await refusalOf(wirePolicyWriter().write(detach));
      expect(sandbox.calls()).toHaveLength(1);
    },
  );
});

describe('reads are tried again', () => {
  test.each(['throttle:ListPolicies', 'error:ListPolicies:500:2', 'reset:ListPolicies:2'])(
    '%s',
    async (fault) => {
      await openBox({ scenario: nestedUnits, faults: [fault] });
      const { organization, meter } = wireReview();
      expect(await organization.readPolicies()).toHaveLength(3);
      expect(meter.calls().ListPolicies).toBeGreaterThan(1);
      expect(meter.throttled()).toBe(fault.startsWith('throttle') ? 1 : 0);
    },
  );

  test('at the published rates the reader paces itself', async () => {
    const policies = Array.from({ length: 12 }, (_, index) => ({
      id: `p-policy0${index}`,
      name: `Policy ${index}`,
      content: { Version: '2012-10-17', Statement: [] },
      targets: [],
    }));
    await openBox({ scenario: { ...nestedUnits, policies }, throttle: true });
    const { organization, meter } = wireReview();
    await Promise.all([organization.readTree(), organization.readPolicies()]);
    // Unpaced, the 13 calls exceed the burst by 5; a machine that stalls can bunch two calls.
    expect(meter.throttled()).toBeLessThanOrEqual(2);
    expect(meter.calls().ListTargetsForPolicy).toBe(13 + meter.throttled());
  });
});

describe('the way to AWS', () => {
  test('an endpoint where nobody listens is named', async () => {
    expect(await identityAt('http://127.0.0.1:1')).toMatchObject({
      code: 'ECONNREFUSED',
      kind: 'endpoint',
      hint: expect.stringContaining('endpoint not reachable: 127.0.0.1:1'),
    });
  });

  test('one that fetch does not reach is named as well', async () => {
    // Inside Jest, `fetch` throws errors of another realm: what `instanceof` says is seen only in a process of its own.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const script = `import { explain } from './adapters/aws/refusal.ts';
      const error = await fetch('http://127.0.0.1:${port}').catch((thrown) => thrown);
      const { code, kind, message } = explain(error, 'GET /iam/changes');
      console.log(JSON.stringify({ code, kind, message }));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '-e', script],
    ]);
    expect(JSON.parse(stdout)).toEqual({
      code: 'ECONNREFUSED',
      kind: 'endpoint',
      message: expect.stringContaining(`endpoint not reachable: 127.0.0.1:${port};`),
    });
  });

  test.each([
    ...['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'],
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
  ])('one that asks for a certificate of the client: %s', (code) => {
    const cause = Object.assign(new Error('alert'), { code });
    expect(explain(new TypeError('fetch failed', { cause }), 'GET /iam/changes')).toMatchObject({
      ...{ code, kind: 'endpoint', hint: expect.stringContaining('pageDomain.mutualTls') },
    });
  });

  test('an endpoint that is not a URL', async () => {
    expect(await identityAt('not a url')).toMatchObject({
      kind: 'endpoint',
      message: expect.stringContaining('AWS_ENDPOINT_URL'),
    });
  });

  test('an endpoint that is not AWS', async () => {
    const server = createServer((_request, response) => response.end('<html>Please sign in</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const refusal = await identityAt(`http://127.0.0.1:${port}`);
    server.close();
    server.closeAllConnections();
    expect(refusal).toMatchObject({ code: 'UNREADABLE_ANSWER', kind: 'answer' });
  });

  test('no credentials', async () => {
    const none = '/nonexistent';
    const variables = {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_CONFIG_FILE: none,
      AWS_SHARED_CREDENTIALS_FILE: none,
    };
    expect(await identityAt('http://127.0.0.1:1', variables)).toMatchObject({
      code: 'CredentialsProviderError',
      kind: 'credentials',
      hint: expect.stringContaining('set AWS credentials'),
    });
  });

  test('a region that cannot be one', async () => {
    expect(await identityAt('http://127.0.0.1:1', { AWS_REGION: 'US EAST' })).toMatchObject({
      code: 'REGION_INVALID',
      hint: expect.stringContaining('correct AWS_REGION'),
    });
  });

  test('a host that is found nowhere, as where the Region is misspelt', () => {
    const hostname = 'dynamodb.us-esat-1.amazonaws.com';
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
      code: 'ENOTFOUND',
      hostname,
    });
    expect(explain(error, 'dynamodb:Query')).toMatchObject({
      hint: `endpoint not reachable: ${hostname}; look at the network, and at AWS_REGION, AWS_ENDPOINT_URL or --url`,
    });
  });

  test('no region is needed for global services', async () => {
    await openBox({ scenario: nestedUnits }, { AWS_REGION: undefined, AWS_CONFIG_FILE: '/nonexistent' });
    expect(await wireReview().caller.identity()).toMatchObject({ accountId: '111111111111' });
  });
});

test('a bug of ours is not dressed up as a refusal', () => {
  const bug = new TypeError('x is undefined');
  expect(explain(bug, 'ListPolicies')).toBe(bug);
});
