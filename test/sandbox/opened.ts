import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { type Credentials, clientsOf, smallScenario } from './clients.ts';

const closing: (() => Promise<void>)[] = [];

/** Starts a fast sandbox of the small scenario with clients; `closeAll` ends it. */
export const open = async (options: Partial<SandboxOptions> = {}) => {
  const sandbox: Sandbox = await startSandbox({ scenario: smallScenario, fast: true, ...options });
  const all: ReturnType<typeof clientsOf>[] = [];
  closing.push(async () => {
    for (const clients of all) clients.destroy();
    await sandbox.close();
  });
  const as = (credentials: Credentials | string) => {
    const clients = clientsOf(sandbox, credentials);
    all.push(clients);
    return clients;
  };
  return { sandbox, as, ...as('AKIATEST') };
};

/** Closes every sandbox that `open` started; for afterEach. */
export const closeAll = async (): Promise<void> => {
  for (const close of closing.splice(0)) await close();
};
