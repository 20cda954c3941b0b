// node --import ./bin/hooks.js examples/own-pipeline/run.ts [WARM_FROM]
// Run it twice: everything is cached. Run it with another WARM_FROM: the years and the report run again, reading does not.
import { join } from "node:path";
import { openProject, runPipeline } from "millrace";
import { reportPipeline } from "./pipeline.ts";

const project = await openProject(import.meta.dirname);
try {
  const pipeline = reportPipeline({
    path: "../../node_modules/vega-datasets/data/seattle-weather.csv",
    out: join(project.home, "report.txt"),
    warmFrom: Number(process.argv[2] ?? 25),
  });
  const { metadata, objects, executor } = project;
  const outcome = await runPipeline({ pipeline, metadata, objects, executor, project: project.folder });
  for (const { id, state, reason } of outcome.nodes) console.log(`${id}: ${state} (${reason})`);
  process.exitCode = outcome.state === "complete" ? 0 : 1;
} finally {
  await project.close();
}
