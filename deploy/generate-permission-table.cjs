// Writes the table of grants into README.md, between its two markers.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { permissionTable } = require('./grants.cjs');

const readme = join(__dirname, '../README.md');
const between = /(?<=<!-- permissions: npm run generate -->\n)[\s\S]*(?=\n<!-- end of permissions -->)/;
const text = readFileSync(readme, 'utf8');
if (!between.test(text)) throw new Error('README.md: the two markers of the permission table are missing');
writeFileSync(
  readme,
  text.replace(between, () => permissionTable()),
);
