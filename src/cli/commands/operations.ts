import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { collect, example } from "./index.ts";

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

  const logs = runs.command("logs [run]").description("what happened in a run, line by line; default: the newest");
  logs.option("--step <name>", "only of this step");
  example(logs, "millrace runs logs", "millrace runs logs run_… --step train");
  bind(logs, done, async () => (await runActions()).logs);

  const cancel = runs
    .command("cancel [run]")
    .description("stop a run that another process drives; default: the newest");
  cancel
    .option("--wait <seconds>", "how long to wait for it to stop", Number, 30)
    .option("--reason <text>", "why, for the record", "asked on the command line")
    .option("--by <name>", "who; default: the system's user");
  example(cancel, "millrace runs cancel");
  bind(cancel, done, async () => (await runActions()).cancel);

  const fork = runs
    .command("fork <run>")
    .description("a new run with the plan of a recorded one: its data, its options, some of them changed");
  fork
    .option("--from <step>", "run this step and what depends on it again")
    .option("--set <key=value>", "change an option of a step: train.budgetTrials=20", collect, [])
    .option("--seed <n>", "seed of the run; default: the recorded run's", Number);
  example(fork, "millrace runs fork run_… --set train.budgetTrials=40");
  bind(fork, done, async () => (await runActions()).fork);

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
  const triggerActions = () => import("../actions/trigger.ts");
  const triggers = trigger.command("list").description("when the loop was triggered, and why");
  example(triggers, "millrace trigger list");
  bind(triggers, done, async () => (await triggerActions()).list);
  const words = {
    fire: "ask for a turn of the loop (`millrace dev` answers)",
    pause: "hold what starts the loop; requests are kept",
    resume: "lift a pause",
  };
  for (const verb of ["fire", "pause", "resume"] as const) {
    const command = trigger.command(verb).description(words[verb]);
    if (verb === "pause") command.option("--hours <n>", "for how long; default: until it is lifted", Number);
    command
      .option("--reason <text>", "why, for the record", "asked on the command line")
      .option("--by <name>", "who; default: the system's user");
    example(
      command,
      `millrace trigger ${verb}${verb === "pause" ? " --hours 12" : ""} --reason "the sensors are being replaced"`,
    );
    bind(command, done, async () => (await triggerActions())[verb]);
  }
}
