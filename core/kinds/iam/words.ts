import { capitalized } from '../../base/counted.ts';
import type { IamEdit } from './edit.ts';

const mostNamed = 2;

/** What a change does, in one line: its first edits, and how many more. */
export function titleOf(edits: readonly IamEdit[]): string {
  const named = edits.slice(0, mostNamed).map(editWords).join(', and ');
  const more = edits.length - mostNamed;
  const line = more > 0 ? `${named}, and ${more} more` : named;
  return capitalized(line);
}

/** What one edit does, in words. */
function editWords(edit: IamEdit): string {
  switch (edit.do) {
    case 'new-version':
      return `narrow ${edit.source.name}`;
    case 'edit-inline': {
      const { name, owner } = edit.source;
      const verb = edit.after === null ? 'remove' : 'narrow';
      return `${verb} the inline policy ${name} of ${owner?.type ?? ''} ${owner?.name ?? ''}`;
    }
    case 'detach':
      return `detach ${edit.source.name} from ${edit.from.type} ${edit.from.name}`;
    case 'leave-group':
      return `take user ${edit.user} out of group ${edit.group}`;
    case 'delete-policy':
      return `detach ${edit.source.name} from ${edit.from.map(({ name, type }) => `${type} ${name}`).join(', ')} and delete it`;
    case 'replace-by-copy':
      return `replace ${edit.source.name} by a narrower copy`;
    case 'deny-all':
      return `quarantine role ${edit.role}`;
  }
}
