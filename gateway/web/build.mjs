// Builds the pages: node build.mjs FOLDER
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node build.mjs FOLDER");
mkdirSync(folder, { recursive: true });
const made = () => readdirSync(folder).filter((name) => /\.(js|css|html|svg|gz)$/.test(name));
for (const name of made()) rmSync(`${folder}/${name}`);
await build({
  entryPoints: { app: "src/main.tsx" },
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  chunkNames: "[name]-[hash]",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  outdir: folder,
});
for (const file of ["index.html", "mark.svg"]) copyFileSync(`src/${file}`, `${folder}/${file}`);
// As it travels: nothing in these files is a secret, so that compressing them tells nobody anything.
for (const name of made()) writeFileSync(`${folder}/${name}.gz`, gzipSync(readFileSync(`${folder}/${name}`), { level: 9 }));
