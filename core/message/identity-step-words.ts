import type { IdentityStep } from '../identity/identity-step.ts';

/** One step as a sentence without its end. */
export function stepWords({ after, before, resource }: IdentityStep): string {
  switch (resource.type) {
    case 'managed-policy': {
      const name = `policy ${lastName(resource.arn)}`;
      if (before === null) return `Create ${name}`;
      return after === null ? `Delete ${name}` : `Write a new default version of ${name}`;
    }
    case 'inline-policy': {
      const where = `the inline policy ${resource.name} of ${resource.principal.type} ${resource.principal.name}`;
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
