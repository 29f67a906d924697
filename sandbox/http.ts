import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireRequest, WireResponse } from './service.ts';

/** Answers one request; null resets the connection. */
export type Answer = (request: WireRequest) => Promise<WireResponse | null>;

/** What answers at each port that this process listens on: whoever lives in it may ask there without the network. */
export const answeringAt = new Map<number, Answer>();

/** A request as services of the sandbox see it. */
export const wireRequest = (request: Omit<WireRequest, 'accessKeyId'>): WireRequest => {
  const signed =
    /Credential=([^/,\s]+)\//.exec(request.headers.authorization ?? '') ??
    /X-Amz-Credential=([^%/&]+)/.exec(request.url);
  return { ...request, accessKeyId: signed?.[1] ?? null };
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
  answer: Answer,
): Promise<{ readonly server: Server; readonly port: number }> => {
  const handle = async (message: IncomingMessage, out: ServerResponse): Promise<void> => {
    const { headers, method = 'GET', url = '/' } = message;
    const response = await answer(wireRequest({ method, url, headers, body: await readBody(message) }));
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
  const { port } = server.address() as AddressInfo;
  answeringAt.set(port, answer);
  server.once('close', () => answeringAt.delete(port));
  return { server, port };
};

/** Stops listening and cuts the connections that are still open. */
export const stop = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
