/**
 * What is the same for all spellings of a URL that lead to one place. These do not count: scheme, letter case of the
 * host, default port, percent-encoding, doubled and closing slashes, query and fragment. What is no URL is itself.
 */
export function samePlace(place: string): string {
  if (!/^https?:/i.test(place) || !URL.canParse(place)) return place;
  const { hostname, pathname, port } = new URL(place);
  const path = decoded(pathname).replace(/\/+/g, '/').replace(/\/$/, '');
  return `${hostname.replace(/\.$/, '')}${port === '' ? '' : `:${port}`}${path}`;
}

function decoded(path: string): string {
  return path.replace(/(%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.toUpperCase();
    }
  });
}
