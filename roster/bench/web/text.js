// What the libraries that fold nothing themselves are given, and the marks of those that give none.

const FOLDED = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", ı: "i" };

/** Lower case without accents. */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøđłı]/g, (letter) => FOLDED[letter]);
}

export function termsOf(query) {
  return fold(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** An agent from a line of `Source`. */
export function agent(line) {
  const [key, status, name, login, email, team, skills, extension, address] = line.split("\x1f");
  const list = skills.split("\x1e").join(", ");
  const rest = [login, email, team, list, extension].filter(Boolean).join(" ");
  const [foldedName, foldedRest] = [fold(name), fold(rest)];
  const text = `${name} ${rest}`;
  const all = `${foldedName} ${foldedRest}`;
  return { key, status: Number(status), name, login, email, team, skills: list, extension, address, rest, foldedName, foldedRest, text, all };
}

/** The first place of each term, in the name or else behind it. */
export function marked(agent, terms) {
  const nameMarks = [];
  const detailMarks = [];
  for (const term of terms) {
    const inName = agent.foldedName.indexOf(term);
    if (inName >= 0) {
      nameMarks.push([inName, inName + term.length]);
      continue;
    }
    const at = agent.foldedRest.indexOf(term);
    if (at >= 0) detailMarks.push([at, at + term.length]);
  }
  return { agent, nameMarks, detailMarks };
}

/** The first few by a number, the least first. */
export function least(items, want, rank) {
  const kept = [];
  const ranks = [];
  for (const item of items) {
    const its = rank(item);
    if (kept.length === want && its >= ranks[want - 1]) continue;
    let at = kept.length === want ? want - 1 : kept.length;
    while (at > 0 && ranks[at - 1] > its) {
      kept[at] = kept[at - 1];
      ranks[at] = ranks[at - 1];
      at -= 1;
    }
    kept[at] = item;
    ranks[at] = its;
  }
  return kept;
}
