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
  constructor(a, b, c, d, reachable, activity, texts, nameMarks, detailMarks) {
    this.key1 = a;
    this.key2 = b;
    this.key3 = c;
    this.key4 = d;
    this.reachable = reachable;
    this.activity = activity;
    this.name = texts.name;
    this.detail = texts.detail;
    this.contactUri = texts.contactUri;
    this.nameMarks = nameMarks;
    this.detailMarks = detailMarks;
  }

  get key() {
    return [this.key1, this.key2, this.key3, this.key4].map((part) => part.toString(16).padStart(8, "0")).join("");
  }
}

function marks(numbers, from, to) {
  if (from === to) return NO_MARKS;
  const marks = [];
  for (let at = from; at < to; at += 2) marks.push([numbers[at], numbers[at + 1]]);
  return marks;
}

/** Reads pages (`roster/bench/src/page.rs`), and keeps the texts that came with them. */
class Reader {
  constructor(engine, memory, activities) {
    this.engine = engine;
    this.memory = memory;
    this.activities = activities;
    this.texts = [];
  }

  search(query) {
    const { engine } = this;
    const length = engine.search(query);
    const numbers = new Uint32Array(this.memory.buffer, engine.numbers(), length);
    return this.rows(numbers, engine.has_text() ? engine.text() : "");
  }

  rows(numbers, text) {
    const rows = new Array(numbers[1]);
    let at = 2;
    let read = 0;
    for (let row = 0; row < rows.length; row += 1) {
      const place = numbers[at];
      const key = at + 2;
      let next = at + 8;
      if (numbers[at + 1] === 1) {
        const name = text.slice(read, (read += numbers[next]));
        const detail = text.slice(read, (read += numbers[next + 1]));
        const contactUri = text.slice(read, (read += numbers[next + 2]));
        this.texts[place] = { name, detail, contactUri };
        next += 3;
      }
      const nameEnd = next + 2 + 2 * numbers[next];
      const detailEnd = nameEnd + 2 * numbers[next + 1];
      rows[row] = new Row(
        numbers[key],
        numbers[key + 1],
        numbers[key + 2],
        numbers[key + 3],
        numbers[key + 5] === 1,
        this.activities[numbers[key + 4]],
        this.texts[place],
        marks(numbers, next + 2, nameEnd),
        marks(numbers, nameEnd, detailEnd),
      );
      at = detailEnd;
    }
    return rows;
  }
}

/** `keeps`: texts that were once read stay, as the peers' do; otherwise all cross each time, as in the plugin. */
export function candidate(engine, memory, activities, keeps = true) {
  const reader = new Reader(engine, memory, activities);
  return {
    name: keeps ? "backline" : "backline, texts anew",
    clear() {},
    search: (query) => {
      engine.keep(keeps);
      return reader.search(query);
    },
    keyOf: (row) => row.key,
  };
}
