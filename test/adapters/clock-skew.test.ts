import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { isAwsRefusal } from '../../adapters/aws/refusal.ts';
import { wireReview } from '../../adapters/wire.ts';
import { wireSignedRequest } from '../../adapters/wire-signed.ts';
import table from '../cases/adapters/clock-skew.json' with { type: 'json' };
import { pointAt } from './environment.ts';

/** An AWS that answers every call with one error, by a clock of its own. */
async function refusedBy(code: string, message: string, minutesOff: number | undefined) {
  const server = createServer((request, response) => {
    const isJson = request.headers['x-amz-target'] !== undefined;
    const body = isJson
      ? JSON.stringify({ __type: code, message })
      : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    if (minutesOff === undefined) response.sendDate = false;
    else response.setHeader('date', new Date(Date.now() - minutesOff * 60_000).toUTCString());
    response.writeHead(403, { 'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const restore = pointAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const { caller, organization } = wireReview();
    const calls = [caller.identity(), organization.readPolicies()];
    return await Promise.all(calls.map((call) => call.then(String, (error: unknown) => error)));
  } finally {
    restore();
    server.close();
    server.closeAllConnections();
  }
}

test.each(table.cases)('$code: $message ($minutesOff min): $kind', async (row) => {
  for (const refusal of await refusedBy(row.code, row.message, row.minutesOff)) {
    if (!isAwsRefusal(refusal)) throw new Error(`no refusal: ${refusal}`);
    expect(refusal).toMatchObject({ code: row.code, kind: row.kind, hint: row.hint });
    expect(refusal.message).toContain(row.hint);
  }
});

test('a signed request to the approvals says it too', async () => {
  const message =
    'Signature expired: 20260301T080000Z is now earlier than 20260301T090000Z (20260301T091500Z - 15 min.)';
  const server = createServer((_request, response) =>
    response.writeHead(403).end(JSON.stringify({ message })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const restore = pointAt(url);
  const refusal = await wireSignedRequest()('GET', `${url}/iam/changes`, { region: null }).catch(
    (error: unknown) => error,
  );
  restore();
  server.close();
  server.closeAllConnections();
  expect(refusal).toMatchObject({ kind: 'clock', hint: expect.stringContaining("1 h 15 min behind AWS's") });
});
