// The libraries that a Flex developer would take, each in the fastest way its documentation advises, over the same
// fields; all give the first 50 rows with marks. `agents` are in the order of names.
import uFuzzy from "@leeoniya/ufuzzy";
import FlexSearch from "flexsearch";
import * as fuzzysort from "fuzzysort";
import MiniSearch from "minisearch";
import { least, marked, termsOf } from "./text.js";

const ROWS = 50;

const agentOf = (row) => row.agent.key;

/** Ranks by whether somebody takes calls, then by name. */
function byStatus(agents, reachable) {
  return (number) => (reachable[agents[number].status] ? 0 : agents.length) + number;
}

function withFuzzysort(agents) {
  const targets = fuzzysort.snapshot(agents, { key: "text" });
  // Prepared now, not when the browser is idle.
  fuzzysort.go("a", targets);
  return {
    name: "fuzzysort",
    // Its snapshot remembers the results of the last queries, and has no other way to forget them.
    clear() {
      fuzzysort.cleanup();
      targets._history.length = 0;
      targets._resetSearch();
    },
    search: (query) =>
      fuzzysort.go(query, targets, { limit: ROWS }).map((result) => ({ agent: result.obj, marks: result.indexes })),
    keyOf: agentOf,
  };
}

function withUFuzzy(agents) {
  const matcher = new uFuzzy();
  const haystack = uFuzzy.latinize(agents.map((agent) => agent.text));
  return {
    name: "uFuzzy",
    clear() {},
    // It ranks up to 1,000; of more it gives those that come first.
    search(query) {
      const needle = uFuzzy.latinize(query);
      const [found, info, order] = matcher.search(haystack, needle);
      if (!found) return [];
      if (info && order) {
        const first = order.slice(0, ROWS);
        return first.map((at) => ({ agent: agents[info.idx[at]], marks: info.ranges[at] }));
      }
      const some = matcher.info(found.slice(0, ROWS), haystack, needle);
      return some.idx.map((number, at) => ({ agent: agents[number], marks: some.ranges[at] }));
    },
    keyOf: agentOf,
  };
}

function withFlexSearch(agents, reachable) {
  const index = new FlexSearch.Index({ tokenize: "forward", encode: termsOf, fastupdate: false });
  agents.forEach((agent, number) => index.add(number, agent.all));
  const rank = byStatus(agents, reachable);
  return {
    name: "FlexSearch",
    clear() {},
    // It gives numbers; which come first is ours to say.
    search(query) {
      const terms = termsOf(query);
      const found = index.search(query, { limit: agents.length });
      return least(found, ROWS, rank).map((number) => marked(agents[number], terms));
    },
    keyOf: agentOf,
  };
}

function withMiniSearch(agents) {
  const index = new MiniSearch({
    fields: ["name", "rest"],
    tokenize: termsOf,
    processTerm: (term) => term,
    searchOptions: {
      boost: { name: 2 },
      combineWith: "AND",
      prefix: true,
      fuzzy: (term) => (term.length > 3 ? 1 : false),
    },
  });
  index.addAll(agents.map((agent, id) => ({ id, name: agent.foldedName, rest: agent.foldedRest })));
  return {
    name: "MiniSearch",
    clear() {},
    search: (query) =>
      index
        .search(query)
        .slice(0, ROWS)
        .map(({ id, terms }) => marked(agents[id], terms)),
    keyOf: agentOf,
  };
}

function withIncludes(agents, reachable) {
  const byName = byStatus(agents, reachable);
  const numbers = agents.map((_, number) => number);
  return {
    name: "includes",
    clear() {},
    search(query) {
      const terms = termsOf(query);
      const found = numbers.filter((number) => terms.every((term) => agents[number].all.includes(term)));
      const cost = ({ foldedName }) => {
        const at = foldedName.indexOf(terms[0] ?? "");
        if (at < 0) return 3;
        return at === 0 ? 0 : foldedName[at - 1] === " " ? 1 : 2;
      };
      const rank = (number) => cost(agents[number]) * 2 * agents.length + byName(number);
      return least(found, ROWS, rank).map((number) => marked(agents[number], terms));
    },
    keyOf: agentOf,
  };
}

function withNucleo(agents, { Nucleo }) {
  const matcher = new Nucleo(agents.map((agent) => agent.text).join("\n"));
  return {
    name: "nucleo",
    clear() {},
    search(query) {
      const numbers = matcher.search(query, ROWS);
      const rows = [];
      for (let at = 0; at < numbers.length; ) {
        const end = at + 2 + numbers[at + 1];
        rows.push({ agent: agents[numbers[at]], marks: numbers.subarray(at + 2, end) });
        at = end;
      }
      return rows;
    },
    keyOf: agentOf,
  };
}

/** All of them, and how long each took to build; those in Rust only with its module. */
export function peers(agents, reachable, wasm) {
  const makers = [withFuzzysort, withUFuzzy, withFlexSearch, withMiniSearch, withIncludes];
  const built = makers.map((make) => {
    const start = performance.now();
    const peer = make(agents, reachable);
    return { ...peer, built_ms: performance.now() - start };
  });
  return wasm ? [...built, { ...withNucleo(agents, wasm), built_ms: 0 }] : built;
}
