import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { baselineHandlers } from './baseline-handlers.ts';
import { bundle, withBundleFolder } from './bundle.ts';
import { atMost, below, type FigureOptions, information, interleave, type Row } from './figure.ts';

const handlersFolder = fileURLToPath(new URL('../handlers/', import.meta.url));

/** Bundle sizes in KB that a function stays below. */
const largestBundles: Readonly<Record<string, number>> = { review: 1_500, approvals: 600 };

/** Bundle size of every function, and its start-up beside a handler that imports the same packages and does nothing. */
export async function measureStartUp({ quick }: FigureOptions): Promise<readonly Row[]> {
  const functions = readdirSync(handlersFolder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  return withBundleFolder(async (folder) => {
    const rows: Row[] = [];
    for (const name of functions) {
      const ours = await bundle(folder, name, { file: `handlers/${name}.ts` });
      const size = {
        name: `bundle of ${name}`,
        value: ours.kilobytes,
        unit: 'KB',
        against: 'the minified file, bundled as serverless.yml says',
      };
      const largest = largestBundles[name];
      rows.push(largest === undefined ? information(size) : below(largest, size));
      const baseline = baselineHandlers[name];
      if (!baseline || !existsSync(ours.path)) continue;
      const theirs = await bundle(folder, `baseline-${name}`, { text: baseline.text });
      const times = await interleave(
        quick ? 5 : 31,
        () => millisecondsToLoad(ours.path),
        () => millisecondsToLoad(theirs.path),
      );
      rows.push(
        atMost(baseline.mostTimes, {
          name: `start-up of ${name}`,
          value: times.measured / times.baseline,
          unit: '×',
          against: `median time of \`node -e "require(…)"\`, by turns with ${baseline.says} (${Math.round(theirs.kilobytes)} KB), bundled the same way`,
        }),
      );
    }
    return rows;
  });
}

function millisecondsToLoad(path: string): number {
  const startedAt = performance.now();
  execFileSync(process.execPath, ['-e', `require(${JSON.stringify(path)})`], { stdio: 'ignore' });
  return performance.now() - startedAt;
}
