// node scripts/docs-output.ts PAGE…: runs a page's commands and writes their output into the ```text blocks below them.
// A shown block that holds a line of only `…` was shortened by hand and is left as it is.
import { readFileSync, writeFileSync } from "node:fs";
import { readPage } from "../test/docs/page.ts";
import { preparedProject, removePrepared } from "../test/docs/prepared-projects.ts";
import { runPage } from "../test/docs/run-page.ts";

for (const path of process.argv.slice(2)) {
  const page = readPage(path);
  const lines = readFileSync(path, "utf8").split("\n");
  for (const { block, output, exit } of (await runPage(page, preparedProject(page.project))).toReversed()) {
    if (exit !== Number(block.marks.exit ?? 0))
      process.stderr.write(`${path}:${block.line} ended with ${exit}:\n${output}\n`);
    if (block.shown === null || /^…$/m.test(block.shown.text)) continue;
    const from = block.shown.firstLine - 1;
    lines.splice(from, lines.indexOf("```", from) - from, ...output.split("\n"));
  }
  writeFileSync(path, lines.join("\n"));
}
removePrepared();
