// Builds the pages: node build.mjs FOLDER
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node build.mjs FOLDER");
mkdirSync(folder, { recursive: true });
const made = () => readdirSync(folder).filter((name) => /\.(js|css|html|svg|gz)$/.test(name));
for (const name of made()) rmSync(`${folder}/${name}`);
// The English texts travel in the order of the Dutch ones, without their names.
async function textsOf(language) {
  const built = await build({ entryPoints: [`src/texts/${language}.ts`], bundle: true, format: "esm", write: false });
  return (await import("data:text/javascript," + encodeURIComponent(built.outputFiles[0].text)))[language];
}
const nl = await textsOf("nl"), en = await textsOf("en");
const ordered = {
  name: "english-in-the-order-of-dutch",
  setup: (building) =>
    building.onLoad({ filter: /texts\/en\.ts$/ }, () => ({
      loader: "ts",
      contents: `import { nl } from "./nl"; const said = ${JSON.stringify(Object.keys(nl).map((key) => en[key]))}; export const en = Object.fromEntries(Object.keys(nl).map((key, at) => [key, said[at]]));`,
    })),
};
// Words of codes that no page shows and no field of a document has stay behind.
const shown = readdirSync("src", { recursive: true }).filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(`src/${name}`, "utf8")).join("");
const fewer = {
  name: "words-that-are-shown",
  setup: (building) =>
    building.onLoad({ filter: /generated\/interface\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const [whole, list] = text.match(/export const words = (\{.*\}) as const;/);
      const isShown = (name) => shown.includes(`"${name}"`) || text.includes(`"of":"${name}"`);
      const kept = Object.fromEntries(Object.entries(JSON.parse(list)).filter(([name]) => isShown(name)));
      return { loader: "ts", contents: text.replace(whole, `export const words = ${JSON.stringify(kept)} as const;`) };
    }),
};
await build({
  plugins: [ordered, fewer],
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
// The blocks of the design system bring rules for more than these pages have.
const [sheet] = await new PurgeCSS().purge({ content: ["src/**/*.tsx", "src/index.html"], css: [`${folder}/app.css`], safelist: { standard: [/^utrecht-alert--/, /^:/] } });
writeFileSync(`${folder}/app.css`, sheet.css);
for (const file of ["index.html", "mark.svg"]) copyFileSync(`src/${file}`, `${folder}/${file}`);
// As it travels: nothing in these files is a secret, so that compressing them tells nobody anything.
for (const name of made()) writeFileSync(`${folder}/${name}.gz`, gzipSync(readFileSync(`${folder}/${name}`), { level: 9 }));
