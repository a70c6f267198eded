// Says what the bundle weighs on the wire. With a release core it may not grow past the budget.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** What an agent's browser loads at start, gzipped. */
const BUDGET_BYTES = 150 * 1024;

const shell = join(dirname(fileURLToPath(import.meta.url)), '..');
const { name } = JSON.parse(await readFile(join(shell, 'package.json'), 'utf8'));
const bundle = await readFile(join(shell, 'build', `${name}.js`));
const core = await readFile(join(shell, 'src', 'core', 'pkg', 'bytes.ts'));
const gz = (bytes) => gzipSync(bytes, { level: 9 }).length;
const total = gz(bundle);
console.log(`Bundle: ${bundle.length} bytes, ${total} gzipped (of which the core ${gz(core)}).`);
if (process.env.BACKLINE_CHECK_SIZE && total > BUDGET_BYTES) {
  console.error(`More than the budget of ${BUDGET_BYTES} bytes gzipped.`);
  process.exit(1);
}
