import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxService, WireRequest, WireResponse } from '../../../sandbox/service.ts';

/** Something that answers paths outside AWS's protocols, or null. */
export type Page = (request: WireRequest) => WireResponse | null;

/** A server on a free port for a handful of services and pages. */
export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an HTTP server that asks the pages first and then the services. */
export async function startTestServer(
  services: readonly SandboxService[],
  pages: readonly Page[] = [],
): Promise<TestServer> {
  const server = createServer((incoming, outgoing) => void serve(services, pages, incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(services.map((service) => service.close()));
    },
  };
}

async function serve(
  services: readonly SandboxService[],
  pages: readonly Page[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const request: WireRequest = {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    accessKeyId: null,
  };
  const response = await answer(services, pages, request);
  outgoing.writeHead(response.status, response.headers).end(response.body);
}

async function answer(
  services: readonly SandboxService[],
  pages: readonly Page[],
  request: WireRequest,
): Promise<WireResponse> {
  for (const page of pages) {
    const response = page(request);
    if (response !== null) return response;
  }
  for (const service of services) {
    const operation = service.identify(request);
    if (operation !== null) return service.answer(request, operation);
  }
  return { status: 404, headers: {}, body: 'no service' };
}

/** Settings that every SDK client of these tests shares: the test server, fixed credentials, no second attempt. */
export function clientSettings(url: string) {
  return {
    endpoint: url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  };
}
