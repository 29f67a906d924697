import type { Resource, ScpResource } from './change.ts';

/** A resource as that of an SCP. Throws where it is something else: only changes of kind `scp` are asked. */
export function scpResource(resource: Resource): ScpResource {
  if (resource.type === 'policy-text' || resource.type === 'attachment') return resource;
  throw new Error(`a step writes ${resource.type}: it is no step of an SCP`);
}
