// Times: of one query, of all of them with candidates in turn, and what follows from them.

/** A measurement takes at least this long: the clock of an isolated page ticks every 5 µs. */
const LEAST_MS = 1;

/** Keeps the results from being optimised away. */
let sink = 0;

/** Microseconds of one search. */
function once(candidate, query) {
  let searches = 0;
  let batch = 1;
  let elapsed = 0;
  const start = performance.now();
  do {
    for (let number = 0; number < batch; number += 1) {
      candidate.clear();
      sink += candidate.search(query).length;
    }
    searches += batch;
    batch = Math.min(64, batch * 2);
    elapsed = performance.now() - start;
  } while (elapsed < LEAST_MS);
  return (elapsed * 1000) / searches;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** For each candidate the median of each query, microseconds. Caches are cleared before every search. */
export async function perQuery(candidates, queries, rounds) {
  const samples = candidates.map(() => queries.map(() => []));
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, query] of queries.entries()) {
      for (let turn = 0; turn < candidates.length; turn += 1) {
        const number = (turn + round + at) % candidates.length;
        samples[number][at].push(once(candidates[number], query));
      }
    }
    await breath();
  }
  return samples.map((queries) => queries.map(median));
}

/** For each candidate the milliseconds that all keystrokes take one after another, nothing cleared; the best of some rounds. */
export async function typed(candidates, queries, rounds) {
  const best = candidates.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1) {
    for (const [number, candidate] of candidates.entries()) {
      candidate.clear();
      const start = performance.now();
      for (const query of queries) sink += candidate.search(query).length;
      best[number] = Math.min(best[number], performance.now() - start);
      await breath();
    }
  }
  return best;
}

/** Lets the browser draw, as slices of a build do. */
export function breath() {
  return new Promise((resolve) => setTimeout(resolve));
}

export function row(agents, engine, times, typed_ms) {
  const sorted = [...times].sort((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1];
  return { agents, engine, median_us: median(times), p99_us: p99, total_ms: sum(times) / 1000, typed_ms };
}

/** How many times as long another takes: the mean of the queries' ratios, and of all together. */
export function ratio(agents, vs, mine, others) {
  const logs = others.map((time, at) => Math.log(time / mine[at]));
  const p99 = (times) => [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1];
  return {
    agents,
    vs,
    geomean: Math.exp(sum(logs) / logs.length),
    total: sum(others) / sum(mine),
    p99: p99(others) / p99(mine),
  };
}

function sum(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0);
}

export function kept() {
  return sink;
}
