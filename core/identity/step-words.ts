import type { IdentityResource, IdentityStep } from './identity-step.ts';

/** One step as a sentence without its end. */
export function stepWords({ after, before, resource }: IdentityStep): string {
  switch (resource.type) {
    case 'managed-policy': {
      const name = grantWords(resource);
      if (before === null) return `Create ${name}`;
      return after === null ? `Delete ${name}` : `Write a new default version of ${name}`;
    }
    case 'inline-policy': {
      const where = grantWords(resource);
      if (before === null) return `Write ${where}`;
      return after === null ? `Delete ${where}` : `Edit ${where}`;
    }
    case 'policy-attachment': {
      const policy = lastName(resource.policyArn);
      const where = `${resource.principal.type} ${resource.principal.name}`;
      return after === null ? `Detach ${policy} from ${where}` : `Attach ${policy} to ${where}`;
    }
    case 'membership':
      return after === null
        ? `Take user ${resource.user} out of group ${resource.group}`
        : `Put user ${resource.user} into group ${resource.group}`;
  }
}

/** What somebody has by one resource, in words. */
export function grantWords(resource: IdentityResource): string {
  switch (resource.type) {
    case 'managed-policy':
      return `policy ${lastName(resource.arn)}`;
    case 'inline-policy':
      return `the inline policy ${resource.name} of ${resource.principal.type} ${resource.principal.name}`;
    case 'policy-attachment':
      return `${lastName(resource.policyArn)} on ${resource.principal.type} ${resource.principal.name}`;
    case 'membership':
      return `user ${resource.user} in group ${resource.group}`;
  }
}

/** The part of an ARN that people know: `user/ana`, without its path. */
export function shortArn(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  const parts = resource.split('/');
  return parts.length > 2 ? `${parts[0]}/${parts.at(-1)}` : resource;
}

/** The name alone behind an ARN, without type and path. */
function lastName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
