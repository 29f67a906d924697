import {
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { concurrently } from '../concurrently.ts';
import { readAll } from './pages.ts';
import { isAwsRefusal } from './refusal.ts';

/** Delegated administrators looked into at a time. */
const administratorsAtOnce = 4;

/** Service principals with trusted access or a delegated administrator, sorted. Null where the caller may not read one of the lists, because half a list would protect too little. */
export async function readTrustedServices(client: OrganizationsClient): Promise<readonly string[] | null> {
  try {
    const [trusted, delegated] = await Promise.all([readTrustedAccess(client), readDelegated(client)]);
    return [...new Set([...trusted, ...delegated])].sort();
  } catch (error) {
    if (isAwsRefusal(error) && error.kind === 'access-denied') return null;
    throw error;
  }
}

async function readTrustedAccess(client: OrganizationsClient): Promise<string[]> {
  const principals = await readAll('ListAWSServiceAccessForOrganization', async (token) => {
    const page = await client.send(new ListAWSServiceAccessForOrganizationCommand({ NextToken: token }));
    return { items: page.EnabledServicePrincipals, nextToken: page.NextToken };
  });
  return principals.flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []);
}

async function readDelegated(client: OrganizationsClient): Promise<string[]> {
  const administrators = await readAll('ListDelegatedAdministrators', async (token) => {
    const page = await client.send(new ListDelegatedAdministratorsCommand({ NextToken: token }));
    return { items: page.DelegatedAdministrators, nextToken: page.NextToken };
  });
  const services = await concurrently(administrators, administratorsAtOnce, ({ Id }) =>
    readAll('ListDelegatedServicesForAccount', async (token) => {
      const page = await client.send(
        new ListDelegatedServicesForAccountCommand({ AccountId: Id, NextToken: token }),
      );
      return { items: page.DelegatedServices, nextToken: page.NextToken };
    }),
  );
  return services.flat().flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []);
}
