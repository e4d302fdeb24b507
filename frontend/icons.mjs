import { readFileSync } from "node:fs";
import { join } from "node:path";

// usedIcons finds the names in Icon("name") and Icon: "name".
export function usedIcons(texts) {
  const names = new Set();
  for (const text of texts) for (const [, name] of text.matchAll(/\bIcon(?:\(|:\s*)"([a-z0-9-]+)"/g)) names.add(name);
  return [...names].sort();
}

// sprite copies the named outline icons into one file of symbols.
export function sprite(names, folder) {
  const symbols = names.map((name) => {
    const svg = readFileSync(join(folder, name + ".svg"), "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
