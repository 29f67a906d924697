import {
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { concurrently } from '../concurrently.ts';
import type { ReadingPages } from '../ports.ts';
import { keptOrDenied, readAll } from './pages.ts';

/** Delegated administrators looked into at a time. */
const administratorsAtOnce = 4;

/** Service principals with trusted access or a delegated administrator, sorted. Null where the caller may not read one of the lists, because half a list would protect too little. */
export function readTrustedServices(
  client: OrganizationsClient,
  pages?: ReadingPages,
): Promise<readonly string[] | null> {
  return keptOrDenied(pages, 'trusted services', async () => {
    const [trusted, delegated] = await Promise.all([readTrustedAccess(client), readDelegated(client)]);
    return [...new Set([...trusted, ...delegated])].sort();
  });
}

async function readTrustedAccess(client: OrganizationsClient): Promise<string[]> {
  const readPage = async (token: string | undefined) => {
    const page = await client.send(new ListAWSServiceAccessForOrganizationCommand({ NextToken: token }));
    const items = page.EnabledServicePrincipals?.flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []);
    return { items, nextToken: page.NextToken };
  };
  return readAll('ListAWSServiceAccessForOrganization', readPage);
}

async function readDelegated(client: OrganizationsClient): Promise<string[]> {
  const readPage = async (token: string | undefined) => {
    const page = await client.send(new ListDelegatedAdministratorsCommand({ NextToken: token }));
    return { items: page.DelegatedAdministrators?.map(({ Id }) => Id ?? ''), nextToken: page.NextToken };
  };
  const administrators = await readAll('ListDelegatedAdministrators', readPage);
  const services = await concurrently(administrators, administratorsAtOnce, (AccountId) => {
    const readServices = async (token: string | undefined) => {
      const page = await client.send(
        new ListDelegatedServicesForAccountCommand({ AccountId, NextToken: token }),
      );
      const items = page.DelegatedServices?.flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []);
      return { items, nextToken: page.NextToken };
    };
    return readAll('ListDelegatedServicesForAccount', readServices);
  });
  return services.flat();
}
