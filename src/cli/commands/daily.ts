import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { collect, example } from "./index.ts";
import { reading } from "./reading.ts";

/** The daily verbs: init, run, dev, demo, doctor, automl, score, explain, evaluate, serve, gc. */
export function registerDaily(program: Command, done: Done): void {
  const init = program
    .command("init [data]")
    .description(
      "look at a data file, or a folder of images, pose the problem, and write millrace.config.ts and problem.json",
    )
    .option("--target <column>", "what to predict; default: guessed from the columns")
    .option("--name <name>", "name of the factory; default: from the file")
    .option("--out <dir>", "folder of the config; default: here")
    .option("--answers <file>", "answers about the problem, as JSON; default: asked on a terminal")
    .option("--answer <key=words>", "one answer, as it would be typed: owner=retention; may be repeated", collect, [])
    .option(
      "--earlier <dir>",
      "a project whose models are shown for comparison; default: those beside this folder",
      collect,
      [],
    )
    .option("--yes", "overwrite an existing config");
  reading(init);
  example(init, "millrace init customers.csv --target churned", "millrace init customers.csv --answers answers.json");
  bind(init, done, async () => (await import("../actions/init.ts")).init);

  const problem = program.command("problem").description("the problem as it was posed, and how far its milestones are");
  example(problem, "millrace problem");
  bind(problem, done, async () => (await import("../actions/problem.ts")).problem);

  const run = program
    .command("run")
    .description("turn the loop once")
    .option("--from <step>", "run this step and what depends on it again")
    .option("--resume [run]", "go on with the newest unfinished run, or the one named")
    .option("--set <key=value>", "change an option of a step: train.budgetTrials=20", collect, [])
    .option("--seed <n>", "seed of the run; default: the config's", Number)
    .option("--dry-run", "print the plan and do nothing");
  example(run, "millrace run", "millrace run --set train.budgetTrials=20", "millrace run --resume");
  bind(run, done, async () => (await import("../actions/run.ts")).run);

  const dev = program
    .command("dev")
    .description("server, console, scheduler and endpoints, watching the config")
    .option("--port <n>", "port of the server and console", Number, 4700)
    .option("--endpoint-port <n>", "port of the endpoints", Number, 8080)
    .option("--demo", "on the demo's data, in a throw-away folder");
  example(dev, "millrace dev");
  bind(dev, done, async () => (await import("../actions/dev.ts")).dev);

  const demo = program
    .command("demo")
    .description("the whole loop on shipped real data, in a throw-away folder")
    .option("--exit", "end when the loop has turned, leaving the folder")
    .option("--folder <dir>", "use this folder instead of a throw-away one")
    .option("--port <n>", "port of the server and console", Number, 4700)
    .option("--endpoint-port <n>", "port of the endpoints", Number, 8080);
  example(demo, "millrace demo", "millrace demo --exit");
  bind(demo, done, async () => (await import("../actions/demo.ts")).demo);

  const doctor = program
    .command("doctor")
    .description("check the installation, and say what is missing and how to mend it");
  example(doctor, "millrace doctor");
  bind(doctor, done, async () => (await import("../actions/doctor.ts")).doctor);

  const automl = program
    .command("automl <train>")
    .description("search for the best model of a data file")
    .requiredOption("--target <column>", "what to predict")
    .option(
      "--task <task>",
      "binary, multiclass, regression, forecast (along --time), or rank (within --group); default: from the target",
    )
    .option("--metric <metric>", "what the search optimises")
    .option("--budget <n>", "how long to search: 50trials, 60s (repeatable as the trials that it bought) or 0.05eur")
    .option("--pass-over <numbers>", "plans that are not made, as a search of seconds tells how to repeat it: 31,35")
    .option("--core-price <price>", "what an hour of one core costs, where the budget is money")
    .option("--resume", "go on with the recorded trials; the budget may differ")
    .option("--trials <file>", "where the trials are recorded; default: beside --out")
    .option("--warm-start <file>", "trials of an earlier search, on whatever data: its best settings are tried first")
    .option("--folds <n>", "what judges: auto, 0 (validation rows) or 2 to 20 folds; default: auto, 0 with --time")
    .option("--holdout <share>", "rows that the search never sees, for its last figure; default: 0.2")
    .option("--search <way>", "how to go on after the proven settings: bayesian, random or grid; default: bayesian")
    .option("--accept <value>", "end the search once the metric is as good")
    .option("--costs <costs>", "what a false alarm and a miss cost: alarm=1,miss=5")
    .option(
      "--memory <size>",
      "end the search where it would use more: 4GB; default: what the container or machine has",
    )
    .option("--max-latency <micros>", "most work of scoring one row, in microseconds (estimated)")
    .option("--max-size <size>", "largest model: 200kB")
    .option("--max-columns <n>", "most columns that are learned from", Number)
    .option("--column-costs <costs>", "what the value of a column costs to get: lab=5,scan=40")
    .option("--max-column-cost <cost>", "most that the columns may cost together")
    .option("--monotone <directions>", "columns in which the score only rises or falls: income=up,debt=down")
    .option("--interpretable", "only models that a person can read: linear ones, curves and one tree")
    .option("--sensitive <columns>", "columns whose groups are compared")
    .option("--max-fairness-gap <share>", "most difference of positive decisions between the groups of --sensitive")
    .option("--waive <findings>", "guardrail findings to let through: leakagePower:column")
    .option("--segments <column>", "models of their own for large segments, where better: store, or store=500 (rows)")
    .option("--time <column>", "when a row happened: the split is by time")
    .option("--group <column>", "rows of one group stay together")
    .option("--weight <column>", "how much a row counts, in learning and in judging; not learned from")
    .option("--series <columns>", "of a forecast: columns that tell several series apart: store,item")
    .option(
      "--season <n>",
      "of a forecast: periods of a season; default: what periods of such length usually have",
      Number,
    )
    .option("--horizon <n>", "of a forecast: periods ahead that are forecast at least", Number)
    .option("--seed <n>", "seed", Number, 1)
    .option("--embedding <file>", "an ONNX graph that turns an image, or the columns of --embed, into numbers")
    .option("--embed <columns>", "columns that --embedding reads, in the order of its inputs: description")
    .option("--pixels <scale>", "of --embedding: unit (0 … 1), signed (−1 … 1) or imagenet; default: unit")
    .option("--coverage <share>", "give intervals, or sets of classes, that hold the truth of this share of rows: 0.9")
    .option(
      "--out-of-domain <share>",
      "give an out-of-domain score; this share of usual rows may exceed its threshold: 0.01",
    )
    .option("--abstain <rule>", "give no prediction out of domain, or where unsure: domain, error=0.05 or cost=0.2")
    .option("--invalid <policies>", "unreadable values: refuse, impute or abstain, or by column: age=impute,id=abstain")
    .option("--learners <names>", "search among these only: gam,linear; default: the portfolio")
    .option("--explanations", "keep what is needed to explain the model without data")
    .option("--export-to <targets>", "only models that these can express: sql,onnx")
    .option("--out <file>", "where the model file goes");
  reading(automl);
  example(
    automl,
    "millrace automl customers.csv --target churned --budget 20trials --out churn.millrace",
    "millrace automl customers.csv --target churned --budget 60s --resume --out churn.millrace",
    "millrace automl houses.csv --target price --coverage 0.9 --out-of-domain 0.01 --abstain domain --out houses.millrace",
  );
  bind(automl, done, async () => (await import("../actions/automl.ts")).automlCommand);

  const score = program
    .command("score <model> <data>")
    .description("score a data file; the model is a file, churn:7 or churn@champion")
    .option("--out <file>", "where the scores go as CSV; default: stdout");
  reading(score);
  example(score, "millrace score churn@champion new.csv --out scores.csv");
  bind(score, done, async () => (await import("../actions/score.ts")).score);

  const explain = program
    .command("explain <model> [data]")
    .description("what each input adds to the scores: over all rows, and row by row")
    .option("--out <file>", "where the contributions of each row go as CSV")
    .option("--effects <columns>", "how the score moves with these inputs: partial dependence, ICE and ALE")
    .option(
      "--counterfactuals <n>",
      "binary: of the first n rows the smallest changes that change the decision",
      Number,
    )
    .option("--fixed <columns>", "of --counterfactuals: inputs that cannot change")
    .option("--up-only <columns>", "of --counterfactuals: numbers that can only grow")
    .option("--down-only <columns>", "of --counterfactuals: numbers that can only shrink")
    .option("--nearest <n>", "the n examples of --among that are most like each row", Number)
    .option("--among <file>", "of --nearest: the examples, such as the training rows")
    .option("--by <what>", "of --nearest: alike in their inputs, or in the leaves of the trees; default: inputs")
    .option("--surrogate", "a small tree that stands for the model, and how true it is to it")
    .option("--permutation [metric]", "what the metric loses when each input is shuffled, with intervals")
    .option("--target <column>", "of --permutation: the column of true values; default: the model's");
  reading(explain);
  example(
    explain,
    "millrace explain churn@champion customers.csv --out contributions.csv",
    "millrace explain churn@champion customers.csv --nearest 5 --among train.csv --by leaves",
    "millrace explain churn@champion customers.csv --counterfactuals 3 --fixed birthplace --up-only age",
    "millrace explain churn@champion customers.csv --effects age,income --surrogate --permutation",
  );
  bind(explain, done, async () => (await import("../actions/explain.ts")).explainCommand);

  const evaluate = program
    .command("evaluate <model> [data]")
    .description("metrics with intervals, pictures and worst slices on labelled data; without data what is on record")
    .option("--out <file>", "where the report goes, as one HTML file")
    .option("--target <column>", "the column of true values; default: the model's")
    .option("--slices <columns>", "columns to slice by, separated by commas; a*b crosses two")
    .option(
      "--sensitive <columns>",
      "columns whose groups are to be treated alike, separated by commas; a*b crosses two",
    );
  evaluate
    .option("--costs <kinds>", "binary: what decisions cost: falsePositive=1,falseNegative=5; gains are negative")
    .option("--capacity <n/m>", "binary: act on n of m rows at most: 50/1000")
    .option("--max-error <share>", "of the decisions that are automated; the rest goes to people: 0.05", Number)
    .option("--weight <column>", "how much each row counts; default: the config's")
    .option("--query <column>", "of a ranking: the column whose rows are ranked together; default: the config's group")
    .option("--series <columns>", "of a forecast: what tells several series apart; default: the config's")
    .option("--history <file>", "of a forecast: the rows before; default: what the model's card says of them")
    .option("--time <column>", "of --history: when a row happened; default: the config's, or the model's only time")
    .option("--attack [rows]", "the smallest changes of so many rows that flip a decision; default: 100", Number)
    .option("--fixed <columns>", "of --attack: inputs that cannot change")
    .option("--up-only <columns>", "of --attack: numbers that can only grow")
    .option("--down-only <columns>", "of --attack: numbers that can only shrink");
  reading(evaluate);
  example(
    evaluate,
    "millrace evaluate churn@champion labelled.csv --out report.html",
    "millrace evaluate churn:7",
    "millrace evaluate churn.millrace labelled.csv --costs falsePositive=1,falseNegative=5 --capacity 50/1000",
    "millrace evaluate churn@champion labelled.csv --slices country --sensitive sex,sex*age",
    "millrace evaluate churn@champion labelled.csv --attack 200 --fixed birthplace --up-only age",
  );
  bind(evaluate, done, async () => (await import("../actions/evaluate.ts")).evaluateCommand);

  const serve = program
    .command("serve [models...]")
    .description("serve the project's endpoints, or the models named, over HTTP")
    .option("--port <n>", "port", Number, 8080)
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--any-port", "take another free port when this one is in use")
    .option("--runtime <policy>", "where it differs from what a model was verified on: warn or refuse", "warn")
    .option("--fallback <rule>", "of a model file: a rule (*.sql or *.json) that answers where the model cannot");
  example(
    serve,
    "millrace serve",
    "millrace serve churn.millrace --port 8081",
    "millrace serve churn.millrace --fallback simple.sql",
  );
  bind(serve, done, async () => (await import("../actions/serve.ts")).serve);

  const gc = program
    .command("gc")
    .description("remove objects that no record names")
    .option("--dry-run", "say what would be removed, and remove nothing")
    .option("--older-than <hours>", "only what has lain for so long", Number, 24);
  example(gc, "millrace gc --dry-run");
  bind(gc, done, async () => (await import("../actions/gc.ts")).gc);

  const backup = program
    .command("backup <folder>")
    .description("copy the project's state into a new folder, also while a run is going")
    .option("--dry-run", "say what would be copied, and write nothing");
  example(backup, "millrace backup ../backups/monday");
  bind(backup, done, async () => (await import("../actions/backup.ts")).backup);

  const restore = program
    .command("restore <folder>")
    .description("bring a backup back, every byte verified")
    .option("--force", "move a state that is there aside")
    .option("--dry-run", "verify the backup, and write nothing");
  example(restore, "millrace restore ../backups/monday");
  bind(restore, done, async () => (await import("../actions/backup.ts")).restore);

  const completion = program.command("completion <shell>").description("completion for bash, zsh or fish");
  example(completion, 'eval "$(millrace completion bash)"');
  bind(completion, done, async () => (await import("../actions/completion.ts")).completion(program));
}
