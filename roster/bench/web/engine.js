// The engine in WebAssembly: one instance, and what it finds as the panel reads it.

const NO_MARKS = [];

/** A copy of the module with a memory of its own. */
export async function instance(name) {
  const module = await import(`/wasm/backline_roster_bench.js?${name}`);
  const { memory } = await module.default({ module_or_path: "/wasm/backline_roster_bench_bg.wasm" });
  return { ...module, memory };
}

/** Somebody found. His SID is spelled out when somebody asks for it: when he is called. */
class Row {
  constructor(numbers, at, reachable, name, nameMarks, detail, detailMarks, activity, contactUri) {
    this.numbers = numbers;
    this.at = at;
    this.reachable = reachable;
    this.name = name;
    this.nameMarks = nameMarks;
    this.detail = detail;
    this.detailMarks = detailMarks;
    this.activity = activity;
    this.contactUri = contactUri;
  }

  get key() {
    let key = "";
    for (let part = 0; part < 4; part += 1) key += this.numbers[this.at + part].toString(16).padStart(8, "0");
    return key;
  }
}

/** Rows out of a page's numbers and text: `Page` in roster/bench/src/page.rs. */
function rows(numbers, text) {
  const rows = new Array(numbers[1]);
  let at = 2;
  let read = 0;
  for (let row = 0; row < rows.length; row += 1) {
    const key = at;
    const name = text.slice(read, (read += numbers[at + 5]));
    const detail = text.slice(read, (read += numbers[at + 6]));
    const activity = text.slice(read, (read += numbers[at + 7]));
    const address = text.slice(read, (read += numbers[at + 8]));
    const nameEnd = at + 11 + 2 * numbers[at + 9];
    const detailEnd = nameEnd + 2 * numbers[at + 10];
    const reachable = numbers[at + 4] === 1;
    const nameMarks = marks(numbers, at + 11, nameEnd);
    rows[row] = new Row(numbers, key, reachable, name, nameMarks, detail, marks(numbers, nameEnd, detailEnd), activity, address);
    at = detailEnd;
  }
  return rows;
}

function marks(numbers, from, to) {
  if (from === to) return NO_MARKS;
  const marks = [];
  for (let at = from; at < to; at += 2) marks.push([numbers[at], numbers[at + 1]]);
  return marks;
}

export function candidate(engine) {
  return {
    name: "backline",
    clear() {},
    search: (query) => {
      const numbers = engine.numbers(query);
      return rows(numbers, engine.text());
    },
    keyOf: (row) => row.key,
  };
}
