/** The first of ten ports that are probably free: below those that the system gives to whoever asks for any. */
export function firstOfTenPorts(): number {
  return 10_000 + Math.floor(Math.random() * 2_000) * 10;
}

/** Whether a program ended because somebody else has its port. */
export function isPortTaken(said: string): boolean {
  return said.includes('EADDRINUSE');
}
