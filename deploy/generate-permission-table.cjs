// Writes the table of grants into docs/security.md, between its two markers.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { permissionTable } = require('./grants.cjs');

const readme = join(__dirname, '../docs/security.md');
const between = /(?<=<!-- permissions: npm run generate -->\n)[\s\S]*(?=\n<!-- end of permissions -->)/;
const text = readFileSync(readme, 'utf8');
if (!between.test(text))
  throw new Error('docs/security.md: the two markers of the permission table are missing');
writeFileSync(
  readme,
  text.replace(between, () => permissionTable()),
);
