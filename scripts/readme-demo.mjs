// Fills the README's marked place with what a real run of the demo printed:
//   npm run demo -- --exit --no-color > demo.out 2> demo.err; node scripts/readme-demo.mjs demo.out demo.err
// stderr tells the story, stdout holds the results. Progress lines go, the folder and the machine's paths get plain names, and
// steps between the first and the last of a later turn are shortened to `…`. No figure is touched.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [outFile, errFile, readme = join(root, "README.md")] = process.argv.slice(2);
if (outFile === undefined || errFile === undefined) {
  process.stderr.write("Usage: node scripts/readme-demo.mjs STDOUT STDERR [README]\n");
  process.exit(2);
}
const start = "<!-- demo output: start -->";
const end = "<!-- demo output: end -->";

const out = clean(readFileSync(outFile, "utf8"));
const err = clean(readFileSync(errFile, "utf8"));
const verdict = out.slice(0, out.findIndex((line) => /^run_\S+: complete/.test(line)) + 1);
const summary = out.slice(verdict.length);
const live = err.findIndex((line) => /^\d{4}–\d{4}: reports arrive/.test(line));
if (verdict.length === 0 || live < 0) {
  process.stderr.write("These are not the stdout and stderr of a whole demo.\n");
  process.exit(1);
}
// What was printed to two streams, in the order in which it happened.
const story = [
  ...err.slice(0, live),
  ...verdict,
  "",
  ...shorten(err.slice(live).filter((line) => !/^(Stopping|Serving)/.test(line))),
  ...summary,
];
const text = story
  .join("\n")
  .replace(/\n{3,}/g, "\n\n")
  .trim();
const before = readFileSync(readme, "utf8");
const [from, to] = [before.indexOf(start), before.indexOf(end)];
if (from < 0 || to < from) {
  process.stderr.write(`${readme} has no place marked by ${start} and ${end}.\n`);
  process.exit(1);
}
const fence = "```";
const table = summary.join("\n").trim();
writeFileSync(
  readme,
  [
    before.slice(0, from + start.length),
    `${fence}text\n${table}\n${fence}`,
    "<details>\n<summary>The whole output</summary>",
    `${fence}text\n${text}\n${fence}`,
    "</details>",
    before.slice(to),
  ].join("\n\n"),
);

function clean(text) {
  const folder = /^Folder: (.+)$/m.exec(text)?.[1] ?? /^Folder {5}(.+)$/m.exec(text)?.[1];
  const plain = text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/\r(?!\n)/g, "\n");
  return (folder === undefined ? plain : plain.replaceAll(folder, "/tmp/millrace-demo"))
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => !line.startsWith("… "));
}

/** Keeps the first and the last step of each turn, and those that were not run. */
function shorten(lines) {
  const isStep = (line) => line !== undefined && /^ {2}[✓=] \S+ +/.test(line);
  const kept = [];
  for (const [k, line] of lines.entries()) {
    if (!isStep(line) || !isStep(lines[k - 1]) || !isStep(lines[k + 1])) kept.push(line);
    else if (kept.at(-1) !== "  …") kept.push("  …");
  }
  return kept;
}
