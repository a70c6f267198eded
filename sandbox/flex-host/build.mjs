// Bundles the unmodified @twilio/flex-ui npm package (a CommonJS library build) into one script for a browser.
// Skipped when the last build had the same inputs.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "dist", "flex.js");
const stamp = join(here, "dist", "flex.stamp");

const inputs = createHash("sha256");
for (const name of ["build.mjs", "entry.js", "package-lock.json"]) inputs.update(readFileSync(join(here, name)));
const wanted = inputs.digest("hex");

if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
  console.log("flex-host: dist/flex.js is up to date");
} else {
  mkdirSync(dirname(output), { recursive: true });
  await build({
    absWorkingDir: here,
    entryPoints: ["entry.js"],
    outfile: output,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    target: "chrome110",
    // The one node module that a dependency (mime-types) asks for.
    alias: { path: "path-browserify" },
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    // Flex's own warnings (its bundle is minified already) are nobody's here.
    logLevel: "error",
    legalComments: "none",
  });
  writeFileSync(stamp, wanted);
  const bytes = readFileSync(output).length;
  console.log(`flex-host: dist/flex.js, ${(bytes / 1e6).toFixed(1)} MB`);
}
