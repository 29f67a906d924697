import type { Trail } from '../adapters/trail-ports.ts';
import { type ReplayAnswer, type ReplayRequest, startReplay } from '../core/replay/replay.ts';

/** So many broken files are named. */
const mostNamed = 100;

/** A replay of a whole trail, with the files that could not be read. */
export interface TrailReplay extends ReplayAnswer {
  readonly files: number;
  readonly brokenFiles: number;
  /** The first of the broken files, with why. */
  readonly broken: readonly { readonly name: string; readonly failure: string }[];
}

/** Replays a trail file by file. A file that cannot be read is told, and the rest is replayed. */
export async function replayTrail(trail: Trail, request: ReplayRequest): Promise<TrailReplay> {
  const replay = startReplay(request);
  const broken: { name: string; failure: string }[] = [];
  let [files, brokenFiles] = [0, 0];
  for await (const file of trail.files()) {
    files += 1;
    if ('failure' in file) {
      brokenFiles += 1;
      if (broken.length < mostNamed) broken.push({ name: file.name, failure: file.failure });
    } else for (const record of file.records) replay.tell(record);
  }
  return { ...replay.answer(), files, brokenFiles, broken };
}
