import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { explain } from '../../adapters/aws/refusal.ts';
import { wireSignedRequest } from '../../adapters/wire-signed.ts';
import { failureOf } from '../../cli/failure.ts';
import { ask, type Site, siteOf } from '../../cli/site.ts';
import { pointAt } from '../adapters/environment.ts';
import cases from '../cases/cli/site.json' with { type: 'json' };

interface Row {
  readonly name: string;
  readonly url: string;
  readonly region?: string;
  readonly site?: Site;
  readonly refused?: string;
}

describe('where the approvals are', () => {
  test.each(cases as readonly Row[])('$name', ({ name: _, refused, site, ...given }) => {
    if (refused === undefined) expect(siteOf(given)).toEqual(site);
    else expect(() => siteOf(given)).toThrow(refused);
  });
});

test('a request is signed for the Region that is asked for, else for that of the AWS set-up', async () => {
  const scopes: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    scopes.push(/Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? '')?.[1]);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const restore = pointAt(url, { AWS_REGION: 'us-east-1' });
  for (const region of ['eu-central-1', null]) await wireSignedRequest()('GET', url, { region });
  restore();
  server.close();
  server.closeAllConnections();
  expect(scopes).toEqual(['eu-central-1', 'us-east-1']);
});

test('where API Gateway lets nobody in it says one word: what may be amiss is said beside it', async () => {
  const server = createServer((_, response) => response.writeHead(403).end('{"message":"Forbidden"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const restore = pointAt(url, { AWS_REGION: 'us-east-1' });
  const said = (region: string | null) =>
    ask({ url, region }, 'GET', '/iam/changes').catch((error: Error) => error.message);
  const needs = 'needs execute-api:Invoke on GET /iam/changes';
  expect(await said('eu-west-2')).toBe(`Forbidden (403); signed for eu-west-2: ${needs}`);
  expect(await said(null)).toBe(
    `Forbidden (403); signed for us-east-1: ${needs}; if the approvals are in another Region, give --region`,
  );
  restore();
  server.close();
  server.closeAllConnections();
});

describe('what does not reach AWS is one line with the way out', () => {
  test.each([
    ['ENOTFOUND', 'look at the network'],
    ['EAI_AGAIN', 'look at the network'],
    ['UND_ERR_CONNECT_TIMEOUT', 'look at the network'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'look at the network'],
  ])('%s', (code, wayOut) => {
    const cause = Object.assign(new Error('no'), { code });
    const thrown = explain(Object.assign(new TypeError('fetch failed', { cause })), 'the request to x');
    expect(failureOf(thrown)).toEqual({ exitCode: 1, text: expect.stringContaining(wayOut) });
    expect(failureOf(thrown).text).not.toContain('bug');
  });

  test('also where fetch alone knows why', () => {
    const thrown = explain(
      new TypeError('fetch failed', { cause: new Error('bad port') }),
      'the request to x',
    );
    expect(failureOf(thrown).text).toMatch(
      /^oar: the request to x was refused: FETCH_FAILED \(bad port\); endpoint/,
    );
  });
});
