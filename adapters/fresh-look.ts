import type { Clock } from './ports.ts';

/** How old a look at what is written over may be when the write is sent, in milliseconds, and how often it is looked anew. */
const looking = { bound: 1_000, times: 5 } as const;

const tooSlowCode = 'LOOK_TOO_SLOW';

/** Why a write was not sent: AWS has no condition to write under, so what was seen too long ago may be gone. */
export function tooSlow(noun: string): { readonly code: string; readonly detail: string } {
  const detail = `AWS took more than a second to show ${noun}, ${looking.times} times in a row: somebody might have edited it meanwhile`;
  return { code: tooSlowCode, detail };
}

/** Whether a write was not sent for that reason. */
export function isTooSlow({ code }: { readonly code: string }): boolean {
  return code === tooSlowCode;
}

/** Looks until one look took a second at most, from where it says `begins` to its last answer: what is written over is read since then. Null: AWS was too slow each time. */
export async function freshLook<Seen>(
  clock: Clock,
  look: (begins: () => void) => Promise<Seen>,
): Promise<{ readonly seen: Seen } | null> {
  for (let time = 0; time < looking.times; time += 1) {
    let began = clock.now();
    const seen = await look(() => {
      began = clock.now();
    });
    if (clock.now() - began <= looking.bound) return { seen };
  }
  return null;
}
