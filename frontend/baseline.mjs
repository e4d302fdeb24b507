// The oldest browsers that must show our pages are Chromium 109 and Safari 15. These are style
// features that they lack and that esbuild cannot write differently.
const missing = [/light-dark\(/, /color-mix\(/, /oklch\(/, /oklab\(/, /@container\b/, /@layer\b/, /@scope\b/, /:has\(/, /\btext-wrap\s*:/, /\d(?:dvh|svh|lvh)\b/];

// baselineProblems lists the features in css that the oldest browsers lack.
export function baselineProblems(name, css) {
  return missing.filter((m) => m.test(css)).map((m) => `${name}: ${m.source} is unknown to Chromium 109 or Safari 15`);
}
