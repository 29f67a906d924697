import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createProvenCaller } from '../../adapters/aws/proven-caller.ts';
import { provenRequest } from '../../adapters/aws/signed-request.ts';
import { arnInAnswer, bindingOf, readProof } from '../../core/base/caller-proof.ts';
import cases from '../cases/adapters/caller-proofs.json' with { type: 'json' };

const right = {
  algorithm: 'AWS4-HMAC-SHA256',
  scope: 'AKIADEV/20260303/eu-central-1/sts/aws4_request',
  signed: 'content-type;host;x-amz-date;x-amz-security-token;x-oar-request',
  signature: 'a'.repeat(64),
  date: '20260303T090000Z',
  token: 'IQoJb3JpZ2luX2VjEP',
};
const now = Date.parse('2026-03-03T09:00:00Z');

test.each(cases)('a proof: $name', ({ now: at, refused, ...changed }) => {
  const { algorithm, date, scope, signature, signed, token } = { ...right, ...changed };
  const authorization = `${algorithm} Credential=${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  const proof = { authorization, date, ...(token === null ? {} : { token }) };
  const read = readProof(proof, 'b'.repeat(64), at === undefined ? now : Date.parse(at));
  if (refused !== undefined) {
    expect(read).toMatchObject({ ok: false, reasons: [{ code: refused }] });
    return;
  }
  expect(read).toMatchObject({
    ok: true,
    value: {
      region: 'eu-central-1',
      headers: { authorization, 'x-amz-date': date, 'x-oar-request': 'b'.repeat(64) },
    },
  });
});

test('a proof is bound to one site and one request', () => {
  const asked = { act: 'request-back', services: ['lex'] };
  const binding = bindingOf('approvals.example.com', asked);
  expect(bindingOf('Approvals.example.com', { services: ['lex'], act: 'request-back' })).toBe(binding);
  expect(bindingOf('approvals.example.org', asked)).not.toBe(binding);
  expect(bindingOf('approvals.example.com', { ...asked, services: ['lex', 'dms'] })).not.toBe(binding);
});

test('an answer names one principal, or nobody', () => {
  const arn = 'arn:aws:sts::222222222222:assumed-role/Dev/mia@example.com';
  expect(arnInAnswer(`<GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult>`)).toBe(arn);
  expect(arnInAnswer(`<Arn>${arn}</Arn><Arn>arn:aws:iam::222222222222:user/eve</Arn>`)).toBeNull();
  expect(arnInAnswer('{"Arn":"arn:aws:iam::222222222222:user/eve"}')).toBeNull();
});

test('what the SDK signs is what STS is sent, byte by byte and bound; another partition and a no of STS are refused', async () => {
  const answers: string[] = [];
  const seen: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
  const server = createServer(async (message, out) => {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    seen.push({ headers: message.headers, body: Buffer.concat(pieces).toString('utf8') });
    const text = answers.shift() ?? '';
    out.writeHead(text.includes('<Error>') ? 403 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const earlier = { ...process.env };
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'ASIADEV',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
  });
  try {
    const binding = bindingOf('approvals.example.com', { act: 'request-back' });
    await provenRequest(url, { binding, body: { reason: 'x' }, region: 'eu-west-1' });
    const { identity, ...body } = JSON.parse(seen[0]?.body ?? '');
    expect(body).toEqual({ reason: 'x' });
    const own = createProvenCaller(url, 'us-east-1');
    const arn = 'arn:aws:iam::222222222222:user/dev';
    answers.push(`<Arn>${arn}</Arn>`, '<Arn>arn:aws-cn:iam::222222222222:user/dev</Arn>');
    answers.push('<Error><Code>SignatureDoesNotMatch</Code></Error>');
    expect(await own.arnOf(identity, binding, Date.now())).toEqual({ ok: true, value: arn });
    expect(seen[1]).toMatchObject({
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      headers: {
        authorization: identity.authorization,
        'x-amz-date': identity.date,
        'x-amz-security-token': 'token',
        'x-oar-request': binding,
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      },
    });
    // Whatever is signed is sent, and nothing of it was left to whoever asks.
    const [, names = ''] = /SignedHeaders=([^,]+)/.exec(identity.authorization) ?? [];
    expect(names.split(';').filter((name) => seen[1]?.headers[name] === undefined)).toEqual([]);
    for (const words of ['of another partition', 'SignatureDoesNotMatch'])
      expect(await own.arnOf(identity, binding, Date.now())).toMatchObject({
        reasons: [{ code: 'NOT_TAKEN', detail: expect.stringContaining(words) }],
      });
    // A Region that has no STS is the asker's fault, an STS of our own that is gone is not.
    server.removeAllListeners('request');
    server.on('request', (_, out) => out.writeHead(503).end());
    expect(await own.arnOf(identity, binding, Date.now())).toMatchObject({
      reasons: [{ code: 'NOT_TAKEN', detail: expect.stringContaining('sign for us-east-1') }],
    });
    const near = createProvenCaller(url, 'eu-west-1');
    await expect(near.arnOf(identity, binding, Date.now())).rejects.toThrow('STS answered 503');
  } finally {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
      if (earlier[name] === undefined) delete process.env[name];
      else process.env[name] = earlier[name];
    }
    server.close();
  }
});
