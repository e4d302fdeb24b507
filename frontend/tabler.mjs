import postcss from "postcss";

// usedTabler keeps those of Tabler's rules whose every class occurs as a word in our sources, and
// of its custom properties those that a kept rule reads. Half a megabyte becomes a few kilobytes.
export function usedTabler(css, texts) {
  const words = new Set(texts.flatMap((t) => t.match(/[A-Za-z][\w-]*/g) ?? []));
  const sheet = postcss.parse(css);
  sheet.walkAtRules((at) => {
    if (["import", "font-face", "charset"].includes(at.name)) at.remove();
  });
  sheet.walkRules((rule) => {
    if (rule.parent.type === "atrule" && /keyframes$/.test(rule.parent.name)) return;
    const kept = rule.selectors.filter((s) => isUsed(s, words));
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
  dropUnread(sheet);
  sheet.walkComments((c) => c.remove());
  dropEmpty(sheet);
  return sheet.toString();
}

// Pages are themed by our own custom properties, not by Tabler's switch; :has() is unknown to the
// oldest browsers (see baseline.mjs).
function isUsed(selector, words) {
  if (/data-bs-theme=["']?dark|:has\(/.test(selector)) return false;
  return (selector.match(/\.-?[A-Za-z_][\w-]*/g) ?? []).every((c) => words.has(c.slice(1)));
}

// dropUnread removes properties that nothing reads, until nothing more goes.
function dropUnread(sheet) {
  for (let again = true; again; ) {
    again = false;
    const read = new Set();
    sheet.walkDecls((d) => {
      for (const [, name] of d.value.matchAll(/var\(\s*(--[\w-]+)/g)) read.add(name);
    });
    sheet.walkDecls(/^--/, (d) => {
      if (!read.has(d.prop)) {
        d.remove();
        again = true;
      }
    });
  }
}

function dropEmpty(sheet) {
  const animations = new Set();
  sheet.walkDecls(/^animation(-name)?$/, (d) => d.value.split(/[\s,]+/).forEach((w) => animations.add(w)));
  sheet.walkAtRules(/keyframes$/, (k) => {
    if (!animations.has(k.params)) k.remove();
  });
  sheet.walk((n) => {
    if (n.type === "rule" && n.nodes.length === 0) n.remove();
  });
  sheet.walkAtRules((at) => {
    if (at.nodes && at.nodes.length === 0) at.remove();
  });
}
