import {
  type FoundLink,
  type Link,
  type LinkPurpose,
  type Links,
  revokeDeciding,
  spend,
} from '../links/links.ts';

/** The links of a change after a request of this person was recorded (epoch ms). What is recorded spends its link; a question spends nothing; who hands over has no link to decide by any more. */
export function linksAfter(
  links: Links,
  by: Pick<Link, 'approverId' | 'revision'> & { readonly link: FoundLink | null },
  { decision, purpose }: { readonly purpose: LinkPurpose | 'resume'; readonly decision?: string },
  now: number,
): Links {
  if (purpose === 'decide' && decision === 'ask') return links;
  const spent = by.link ? spend(links, by.link.hash, now) : links;
  return purpose === 'decide' && decision === 'hand-over' ? revokeDeciding(spent, by, now) : spent;
}
