import { readFileSync, writeFileSync } from 'node:fs';
import grants from '../deploy/grants.cjs';

// Writes the table of grants into README.md, between its two markers.
const readme = new URL('../README.md', import.meta.url);
const between = /(?<=<!-- permissions: npm run generate -->\n)[\s\S]*(?=\n<!-- end of permissions -->)/;
const text = readFileSync(readme, 'utf8');
if (!between.test(text)) throw new Error('README.md: the two markers of the permission table are missing');
writeFileSync(
  readme,
  text.replace(between, () => grants.permissionTable()),
);
