// Carries wasm-pack's output (../pkg) into src/core/pkg, where Twilio's builder can bundle it.
// The builder is webpack 4: no asset modules, no import.meta, nothing imported from outside src/. And Flex deploys
// a plugin as one file. So the module travels inside the bundle, gzipped first: base64 of what is compressed already
// costs 1 % over the wire, base64 of plain wasm 30 %.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const shell = join(dirname(fileURLToPath(import.meta.url)), '..');
const from = process.argv[2] ?? join(shell, '..', 'pkg');
const to = join(shell, 'src', 'core', 'pkg');

const [glue, types, wasm] = await Promise.all([
  readFile(join(from, 'backline.js'), 'utf8'),
  readFile(join(from, 'backline.d.ts'), 'utf8'),
  readFile(join(from, 'backline_bg.wasm')),
]).catch((error) => {
  console.error(`No core to embed (${error.message}).\nBuild it first: wasm-pack build --target web`);
  process.exit(1);
});

const packed = gzipSync(wasm, { level: 9 });
await mkdir(to, { recursive: true });
await Promise.all([
  // Only a development build has it; we always hand the bytes over.
  writeFile(join(to, 'backline.js'), glue.replace(/new URL\([^)]*import\.meta\.url\)/g, 'undefined')),
  writeFile(join(to, 'backline.d.ts'), types),
  writeFile(
    join(to, 'bytes.ts'),
    `// Made by scripts/embed-wasm.mjs: the core, gzipped, base64.\nexport const GZIPPED_BASE64 =\n  '${packed.toString('base64')}';\n`,
  ),
]);
console.log(`Core embedded: ${wasm.length} bytes, ${packed.length} gzipped.`);
