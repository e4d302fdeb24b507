// Copies the font of the documents that paper writes into internal/paper/dist, with its licence.
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

const files = {
  "regular.ttf": "400Regular/NotoSansSC_400Regular.ttf",
  "bold.ttf": "700Bold/NotoSansSC_700Bold.ttf",
  "OFL.txt": "LICENSE_FONT",
};

export function copyFonts(root) {
  const dist = join(root, "internal/paper/dist");
  mkdirSync(dist, { recursive: true });
  for (const [name, source] of Object.entries(files)) {
    copyFileSync(join(root, "node_modules/@expo-google-fonts/noto-sans-sc", source), join(dist, name));
    console.log(`${name.padEnd(12)} ${String(statSync(join(dist, name)).size).padStart(8)} B`);
  }
}
