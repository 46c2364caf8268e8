// Builds the pages: node build.mjs FOLDER
import { build } from "esbuild";
import { copyFileSync, mkdirSync } from "node:fs";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node build.mjs FOLDER");
mkdirSync(folder, { recursive: true });
await build({
  entryPoints: { app: "src/main.tsx" },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  outdir: folder,
});
for (const file of ["index.html", "mark.svg"]) copyFileSync(`src/${file}`, `${folder}/${file}`);
