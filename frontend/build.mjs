// Builds styles, scripts and icons into internal/web/assets/dist: names that change with the
// content, a manifest from logical to real names, and a .gz beside each file.
//
//	node frontend/build.mjs [--watch]
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { baselineProblems } from "./baseline.mjs";
import { copyFonts } from "./fonts.mjs";
import { usedIcons, sprite } from "./icons.mjs";
import { usedTabler } from "./tabler.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "internal/web/assets/dist");

// sources gives the text of all hand-written Go and templ files of the faces.
function sources(folder = join(root, "internal/web")) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.(templ|go)$/.test(e.name) && !/_templ\.go$|_test\.go$/.test(e.name))
    .map((e) => readFileSync(join(e.parentPath ?? e.path, e.name), "utf8"));
}

// tablerPlugin serves `@import "tabler:used"`: those of Tabler's rules whose classes occur in our sources.
const tablerPlugin = (texts) => ({
  name: "tabler",
  setup(b) {
    b.onResolve({ filter: /^tabler:used$/ }, () => ({ path: "used.css", namespace: "tabler" }));
    b.onLoad({ filter: /.*/, namespace: "tabler" }, () => ({
      contents: usedTabler(readFileSync(join(root, "node_modules/@tabler/core/dist/css/tabler.css"), "utf8"), texts),
      loader: "css",
    }));
  },
});

async function run() {
  const began = Date.now();
  const texts = sources();
  const result = await build({
    absWorkingDir: root,
    entryPoints: {
      portal: "frontend/css/portal.css",
      desk: "frontend/css/desk.css",
      app: "frontend/js/app.js",
      "api-docs": "frontend/js/api-docs.js",
      door: "frontend/js/door.js", // with its styles
      "door-worker": "frontend/js/door-worker.js",
    },
    outdir: dist,
    entryNames: "[name]",
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["chrome109", "safari15"],
    legalComments: "none",
    plugins: [tablerPlugin(texts)],
    logLevel: "warning",
  });
  const files = new Map(result.outputFiles.map((f) => [basename(f.path), Buffer.from(f.contents)]));
  files.set("icons.svg", Buffer.from(sprite(usedIcons(texts), join(root, "node_modules/@tabler/icons/icons/outline"))));
  files.set("swagger-ui-license.txt", Buffer.concat(["NOTICE", "LICENSE"].map((name) => readFileSync(join(root, "node_modules/swagger-ui-dist", name)))));
  files.set("qr-license.txt", readFileSync(join(root, "node_modules/qr/LICENSE")));
  for (const name of readdirSync(join(root, "frontend/static"))) {
    files.set(name, readFileSync(join(root, "frontend/static", name)));
  }

  // The styles of the interface's documentation are a library's; what an old browser lacks of them it leaves out.
  const problems = [...files].filter(([name]) => name.endsWith(".css") && name !== "api-docs.css").flatMap(([name, body]) => baselineProblems(name, body.toString()));
  if (problems.length > 0) throw new Error(problems.join("\n"));

  mkdirSync(dist, { recursive: true });
  for (const old of readdirSync(dist)) if (old !== ".keep") rmSync(join(dist, old));
  const manifest = {};
  for (const [name, body] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const print = createHash("sha256").update(body).digest("hex").slice(0, 10);
    const printed = `${basename(name, extname(name))}-${print}${extname(name)}`;
    manifest[name] = printed;
    writeFileSync(join(dist, printed), body);
    const gz = gzipSync(body, { level: 9 });
    if (gz.length < body.length) writeFileSync(join(dist, printed + ".gz"), gz);
    console.log(`${name.padEnd(22)} ${String(body.length).padStart(8)} B  ${String(gz.length).padStart(7)} B gzip`);
  }
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  console.log(`built in ${Date.now() - began} ms`);
}

await run();
copyFonts(root);
if (process.argv.includes("--watch")) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => run().catch((e) => console.error(e.message)), 100);
  };
  watch(join(root, "frontend"), { recursive: true }, again);
  watch(join(root, "internal/web"), { recursive: true }, (_, name) => {
    if (name && /\.templ$/.test(name)) again();
  });
}
