import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireRequest, WireResponse } from './service.ts';

const accessKeyOf = (message: IncomingMessage): string | null => {
  const signed =
    /Credential=([^/,\s]+)\//.exec(message.headers.authorization ?? '') ??
    /X-Amz-Credential=([^%/&]+)/.exec(message.url ?? '');
  return signed?.[1] ?? null;
};

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const send = (message: IncomingMessage, out: ServerResponse, response: WireResponse): void => {
  const length = Buffer.byteLength(response.body);
  out.writeHead(response.status, { ...response.headers, 'content-length': String(length) });
  out.end(message.method === 'HEAD' ? undefined : response.body);
};

/** Listens on a port (0: any free one) and answers each request; a null answer resets the connection. Rejects if the port is taken. */
export const listen = async (
  where: { readonly host: string; readonly port: number },
  answer: (request: WireRequest) => Promise<WireResponse | null>,
): Promise<{ readonly server: Server; readonly port: number }> => {
  const handle = async (message: IncomingMessage, out: ServerResponse): Promise<void> => {
    const request: WireRequest = {
      method: message.method ?? 'GET',
      url: message.url ?? '/',
      headers: message.headers,
      body: await readBody(message),
      accessKeyId: accessKeyOf(message),
    };
    const response = await answer(request);
    if (response === null) message.socket.resetAndDestroy();
    else send(message, out, response);
  };
  const server = createServer((message, out) => {
    handle(message, out).catch((error: unknown) => {
      // A caller that went away is no fault of the sandbox; all else is, and must be seen.
      if (message.errored !== null || out.destroyed) return;
      console.error('sandbox:', error);
      out.writeHead(500, { 'content-type': 'text/plain' });
      out.end(`The sandbox itself failed: ${String(error)}\n`);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
};

/** Stops listening and cuts the connections that are still open. */
export const stop = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
