// The benchmark: what the page does for a directory of some size, and for the relevance table.
import { candidate, instance } from "./engine.js";
import { breath, kept, median, perQuery, ratio, row, typed } from "./measure.js";
import { peers } from "./peers.js";
import { agent } from "./text.js";

/** How many look for somebody; about 160 keystrokes. */
const PEOPLE = 18;
/** With more agents than these nucleo alone would take minutes. */
const NUCLEO_AGENTS = 20_000;
/** Lines of a slice of a build. */
const SLICE = 2048;
/** Agents that the search by looking at everybody may look at. */
const LOOKS = 3_000_000;

async function source(count) {
  const wasm = await instance("source");
  const source = new wasm.Source(count);
  const statuses = source.statuses();
  const reachable = statuses.split("\n").map((line) => line.endsWith("1"));
  return { wasm, source, statuses, reachable, hidden: source.hidden(), lines: source.lines() };
}

/** A first build in slices, in an instance of its own: what a start without a snapshot is. */
async function build(lines, statuses, hidden) {
  const wasm = await instance("engine");
  const before = wasm.memory.buffer.byteLength;
  const engine = new wasm.Engine(statuses, hidden);
  const slices = [];
  const slice = async (work) => {
    const start = performance.now();
    const done = work();
    slices.push(performance.now() - start);
    await breath();
    return done;
  };
  for (let at = 0; at < lines.length; at += SLICE) {
    await slice(() => engine.put(lines.slice(at, at + SLICE).join("\n")));
  }
  while (!(await slice(() => engine.settle())));
  const figures = {
    build_ms: slices.reduce((sum, slice) => sum + slice, 0),
    longest_slice_ms: Math.max(...slices),
    bytes_per_agent_live: engine.bytes() / lines.length,
    bytes_per_agent_peak: (wasm.memory.buffer.byteLength - before) / lines.length,
  };
  return { engine, memory: wasm.memory, figures };
}

/** Into an instance that held nothing before. */
async function restore(engine) {
  const bytes = engine.snapshot();
  const wasm = await instance("restored");
  const times = [];
  for (let turn = 0; turn < 7; turn += 1) {
    const start = performance.now();
    const restored = wasm.Engine.restore(bytes);
    times.push(performance.now() - start);
    restored.free();
    await breath();
  }
  return { restore_ms: median(times), first_restore_ms: times[0], snapshot_bytes: bytes.length };
}

/** Whether engine and oracle find the same, of as many keystrokes as there is time for: `n/n`. */
function equal(engine, source, queries, count) {
  const many = Math.min(queries.length, Math.max(1, Math.floor(LOOKS / count)));
  const some = Array.from({ length: many }, (_, at) => queries[Math.floor((at * queries.length) / many)]);
  const differ = some.filter((query) => String(engine.found(query)) !== String(source.expected(query)));
  return { oracle_equal: `${many - differ.length}/${many}`, differ };
}

function changes(engine, source, lines) {
  const keys = Uint32Array.from(lines.flatMap((line) => [0, 8, 16, 24].map((at) => parseInt(line.slice(at, at + 8), 16))));
  const many = 200_000;
  const times = [1, 2, 3].map((seed) => {
    let at = seed;
    const start = performance.now();
    for (let number = 0; number < many; number += 1) {
      at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
      const key = 4 * (at % lines.length);
      engine.status(keys[key], keys[key + 1], keys[key + 2], keys[key + 3], (at >>> 20) % 8);
    }
    return ((performance.now() - start) * 1e6) / many;
  });
  const changed = source.changes(Math.min(20_000, lines.length));
  const start = performance.now();
  for (const line of changed) engine.change(line);
  const change_us = ((performance.now() - start) * 1000) / changed.length;
  return { status_ns: median(times), change_us };
}

/** Query by query, how much of the exact first rows a candidate has among its own, 0 to 1. */
function overlaps(mine, other, queries) {
  return queries.map((query) => {
    const exact = mine.search(query).map(mine.keyOf);
    const found = new Set(other.search(query).map(other.keyOf));
    return exact.length ? exact.filter((key) => found.has(key)).length / exact.length : 1;
  });
}

function visible(lines, isHidden) {
  const agents = lines.map(agent).filter((agent) => !isHidden(agent));
  const name = (a, b) => (a.foldedName < b.foldedName ? -1 : a.foldedName > b.foldedName ? 1 : 0);
  return agents.sort((a, b) => name(a, b) || (a.key < b.key ? -1 : 1));
}

window.directory = async (count, rounds) => {
  const { wasm, source: from, statuses, reachable, hidden, lines } = await source(count);
  const { engine, memory, figures } = await build(lines, statuses, hidden);
  const queries = from.keystrokes(PEOPLE);
  const gate = equal(engine, from, queries, count);
  const hiddenStatus = statuses.split("\n").findIndex((line) => line.startsWith(hidden));
  const agents = visible(lines, (agent) => agent.status === hiddenStatus);
  const activities = statuses.split("\n").map((line) => line.split("\x1f")[0]);
  const mine = candidate(engine, memory, activities);
  const anew = { ...candidate(engine, memory, activities, false), built_ms: figures.build_ms };
  const others = [anew, ...peers(agents, reachable, count > NUCLEO_AGENTS ? undefined : wasm)];
  const all = [mine, ...others];
  // Code that has not run yet is slower.
  await perQuery(all, queries.slice(0, 40), 1);
  const times = await perQuery(all, queries, rounds);
  const natural = await typed(all, queries, count > NUCLEO_AGENTS ? 1 : 3);
  const rows = all.map((one, at) => row(count, one.name, times[at], natural[at]));
  const ratios = others.map((other, at) => {
    const parts = overlaps(mine, other, queries);
    const answered = parts.map((part) => part >= 0.5);
    const answers = (_, at) => answered[at];
    return {
      ...ratio(count, other.name, times[0], times[at + 1]),
      geomean_answered: ratio(count, other.name, times[0].filter(answers), times[at + 1].filter(answers)).geomean,
      answered: answered.filter(Boolean).length / queries.length,
      typed: natural[at + 1] / natural[0],
      overlap: parts.reduce((sum, part) => sum + part, 0) / parts.length,
      built_ms: other.built_ms,
    };
  });
  const slowest = queries
    .map((query, at) => ({ query, us: times[0][at] }))
    .sort((a, b) => b.us - a.us)
    .slice(0, 10);
  const restored = await restore(engine);
  const changed = changes(engine, from, lines);
  return { rows, ratios, ...figures, ...restored, ...changed, ...gate, keystrokes: queries.length, slowest, kept: kept() };
};

/** How often who is meant comes first: `tests/roster/relevance.tsv`. */
window.relevance = async (directory, cases) => {
  const rows = (text) =>
    text
      .split("\n")
      .filter((line) => line && !line.startsWith("#"))
      .map((line) => line.split("\t"));
  const lines = rows(directory).map(([name, login, team, skills, extension, status], at) => {
    const key = (at + 1).toString(16).padStart(32, "0");
    const number = status === "Available" ? "0" : "1";
    const list = skills.split(",").join("\x1e");
    const address = `client:${login.replaceAll(".", "_2E")}`;
    return [key, number, name, login, `${login}@example.com`, team, list, extension, address].join("\x1f");
  });
  const { engine, memory } = await build(lines, "Available\x1f1\nBreak\x1f0", "");
  const agents = visible(lines, () => false);
  const wasm = await instance("source");
  const logins = new Map(agents.map((agent) => [agent.key, agent.login]));
  return [candidate(engine, memory, ["Available", "Break"]), ...peers(agents, [true, false], wasm)].map((one) => {
    const right = rows(cases).filter(([, query, expected]) => {
      const [first] = one.search(query);
      return first !== undefined && logins.get(one.keyOf(first)) === expected;
    });
    return { engine: one.name, right: right.length, of: rows(cases).length };
  });
};
window.ready = true;
