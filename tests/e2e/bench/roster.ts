// How fast the agent directory's search is in Chromium's main thread, against the libraries that a Flex developer would
// take. The measurements themselves are in roster/bench/web; here they are served, run, printed and written.
import { expect, test, type Browser } from "@playwright/test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { target } from "../helpers/config";

const root = join(import.meta.dirname, "../../..");
const sizes = (process.env.AGENTS ?? "1000,15000,100000").split(",").map(Number);

/** Each figure is the median of so many. */
const ROUNDS = 3;

interface Row {
  agents: number;
  engine: string;
  median_us: number;
  p99_us: number;
  total_ms: number;
  typed_ms: number;
}

interface Ratio {
  agents: number;
  vs: string;
  geomean: number;
  total: number;
  p99: number;
  typed: number;
  /** Of the queries for which it has at least half of the exact rows, and their part. */
  geomean_answered: number;
  answered: number;
  overlap: number;
  built_ms: number;
}

/** What `directory` of the page gives. */
interface Measured {
  rows: Row[];
  ratios: Ratio[];
  build_ms: number;
  longest_slice_ms: number;
  restore_ms: number;
  first_restore_ms: number;
  snapshot_bytes: number;
  bytes_per_agent_live: number;
  bytes_per_agent_peak: number;
  status_ns: number;
  change_us: number;
  oracle_equal: string;
  differ: string[];
  keystrokes: number;
  slowest: { query: string; us: number }[];
}

interface Relevance {
  engine: string;
  right: number;
  of: number;
}

declare global {
  interface Window {
    ready?: boolean;
    directory(count: number, rounds: number): Promise<Measured>;
    relevance(directory: string, cases: string): Promise<Relevance[]>;
  }
}

test("the roster's search against JavaScript's", async ({ browser }) => {
  const server = await serve();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const measured: Measured[] = [];
  for (const size of sizes) {
    measured.push(await directory(browser, url, size));
    print(measured.at(-1)!);
  }
  const relevance = await inPage(browser, url, (page) =>
    page.evaluate(([directory, cases]) => window.relevance(directory!, cases!), [
      readFileSync(join(root, "tests/roster/directory.tsv"), "utf8"),
      readFileSync(join(root, "tests/roster/relevance.tsv"), "utf8"),
    ]),
  );
  console.log(relevance.map(({ engine, right, of }) => `${engine} ${right}/${of}`).join(", "));
  server.close();
  write(measured, relevance);
  for (const { differ } of measured) expect(differ).toEqual([]);
});

/** A page of its own for each size: what it compiled and allocated for the one before is gone. */
async function inPage<T>(browser: Browser, url: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(error));
  page.on("console", (message) => console.log(message.text()));
  await page.goto(url);
  await page.waitForFunction(() => window.ready);
  expect(await page.evaluate(() => crossOriginIsolated), "else the clock ticks every 100 µs").toBe(true);
  const answer = await work(page);
  await context.close();
  return answer;
}

type Page = Awaited<ReturnType<Browser["newPage"]>>;

function directory(browser: Browser, url: string, size: number): Promise<Measured> {
  return inPage(browser, url, (page) =>
    page.evaluate(([size, rounds]) => window.directory(size!, rounds!), [size, ROUNDS]),
  );
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** The page, with the headers without which the browser's clock is coarse. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://bench").pathname);
    const file = path.startsWith("/wasm/")
      ? join(target, "bench/roster-wasm", path.slice("/wasm/".length))
      : join(root, "roster/bench/web", path === "/" ? "index.html" : path);
    try {
      const body = readFileSync(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function print(measured: Measured): void {
  const { rows, ratios, slowest } = measured;
  const figures = rows.map((row) => {
    const ratio = ratios.find(({ vs }) => vs === row.engine);
    return {
      engine: row.engine,
      "median µs": round(row.median_us),
      "p99 µs": round(row.p99_us),
      "total ms": round(row.total_ms),
      "typed ms": round(row.typed_ms),
      "times as long": ratio ? round(ratio.geomean) : 1,
      "in total": ratio ? round(ratio.total) : 1,
      "where it answers": ratio ? `${round(ratio.geomean_answered)} (${Math.round(ratio.answered * 100)} %)` : "1",
      overlap: ratio ? round(ratio.overlap) : 1,
    };
  });
  console.log(`${rows[0]?.agents} agents, ${measured.keystrokes} keystrokes, equal to the oracle: ${measured.oracle_equal}`);
  console.table(figures);
  console.log(
    [
      `build ${round(measured.build_ms)} ms, longest slice ${round(measured.longest_slice_ms)} ms`,
      `restore ${round(measured.restore_ms)} ms (the first ${round(measured.first_restore_ms)} ms)`,
      `bytes an agent: live ${round(measured.bytes_per_agent_live)}, peak ${round(measured.bytes_per_agent_peak)}`,
      `status ${round(measured.status_ns)} ns, add or rename ${round(measured.change_us)} µs`,
      `slowest: ${slowest.map(({ query, us }) => `${query} ${round(us)}`).join(", ")}`,
    ].join("\n"),
  );
}

/** The figures of the largest directory stand for the engine. */
function write(measured: Measured[], relevance: Relevance[]): void {
  const largest = measured.at(-1)!;
  const equal = measured.map(({ oracle_equal }) => oracle_equal.split("/").map(Number));
  const sum = (at: number): number => equal.reduce((sum, pair) => sum + (pair[at] ?? 0), 0);
  const figures = {
    rows: measured.flatMap(({ rows }) => rows),
    ratios: measured.flatMap(({ ratios }) => ratios),
    build_ms: largest.build_ms,
    longest_slice_ms: largest.longest_slice_ms,
    restore_ms: largest.restore_ms,
    bytes_per_agent_live: largest.bytes_per_agent_live,
    bytes_per_agent_peak: largest.bytes_per_agent_peak,
    status_ns: largest.status_ns,
    change_us: largest.change_us,
    wasm_gz_bytes: gzipSync(readFileSync(join(root, "pkg/backline_bg.wasm")), { level: 9 }).length,
    oracle_equal: `${sum(0)}/${sum(1)}`,
    relevance,
  };
  mkdirSync(join(target, "bench"), { recursive: true });
  writeFileSync(join(target, "bench/roster.json"), `${JSON.stringify(figures, null, 1)}\n`);
}

function round(figure: number): number {
  return figure < 100 ? Math.round(figure * 10) / 10 : Math.round(figure);
}
