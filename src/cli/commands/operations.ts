import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { example } from "./index.ts";

/** `millrace runs …`, `monitor …`, `pipeline …`, `trigger …`: what ran, what is watched, what would run. */
export function registerOperations(program: Command, done: Done): void {
  const runs = program.command("runs").description("runs and why their steps ran or were cached");
  const runActions = () => import("../actions/runs.ts");

  const list = runs.command("list").description("runs, newest first");
  list.option("--limit <n>", "how many", Number, 20);
  example(list, "millrace runs list");
  bind(list, done, async () => (await runActions()).list);

  const show = runs.command("show [run]").description("one run, step by step; default: the newest");
  example(show, "millrace runs show");
  bind(show, done, async () => (await runActions()).show);

  const resume = runs.command("resume [run]").description("go on with an unfinished or waiting run");
  example(resume, "millrace runs resume");
  bind(resume, done, async () => (await runActions()).resume);

  const compare = runs.command("compare <a> <b>").description("options, inputs and metrics in which two runs differ");
  example(compare, "millrace runs compare run_… run_…");
  bind(compare, done, async () => (await runActions()).compare);

  const pipeline = program.command("pipeline").description("the standard loop as a graph");
  const plan = pipeline.command("plan").description("the plan of the next run as JSON");
  example(plan, "millrace pipeline plan --json");
  bind(plan, done, async () => (await runActions()).plan);

  const monitor = program.command("monitor").description("drift, realised quality and alerts");
  const monitorActions = () => import("../actions/monitor.ts");
  const run = monitor.command("run").description("judge the newest window of traffic now");
  run
    .option("--from <date>", "start of the window (ISO 8601)")
    .option("--to <date>", "end of the window (ISO 8601)")
    .option("--fail-on-drift", "exit 9 where the window drifted or became worse");
  example(run, "millrace monitor run --from 2026-01-01 --to 2026-02-01");
  bind(run, done, async () => (await monitorActions()).run);
  const status = monitor.command("status").description("the newest reports and open alerts");
  example(status, "millrace monitor status");
  bind(status, done, async () => (await monitorActions()).status);
  for (const verb of ["ack", "snooze"] as const) {
    const command = monitor
      .command(`${verb} <alert>`)
      .description(verb === "ack" ? "say that an alert is seen" : "silence an alert for a while");
    command
      .option("--reason <text>", "why, for the record", "asked on the command line")
      .option("--by <name>", "who; default: the system's user");
    if (verb === "snooze") command.option("--hours <n>", "for how long", Number, 24);
    example(command, `millrace monitor ${verb} drift/Operator`);
    bind(command, done, async () => (await monitorActions())[verb]);
  }

  const trigger = program.command("trigger").description("what starts the loop");
  const triggers = trigger.command("list").description("when the loop was triggered, and why");
  example(triggers, "millrace trigger list");
  bind(triggers, done, async () => (await monitorActions()).triggers);
}
