import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { example } from "./index.ts";

/** `millrace model …`, `deploy …`, `audit …`: what is registered, approved, promoted and served. */
export function registerModel(program: Command, done: Done): void {
  const model = program.command("model").description("models, versions, aliases and approvals");
  const actions = () => import("../actions/model.ts");

  const list = model.command("list").description("models with their versions and aliases");
  example(list, "millrace model list");
  bind(list, done, async () => (await actions()).list);

  const show = model.command("show <model>").description("one version: metrics, evidence, approvals");
  example(show, "millrace model show churn@champion");
  bind(show, done, async () => (await actions()).show);

  const diff = model
    .command("diff <first> <second>")
    .description("two versions beside each other: metrics with intervals, inputs, options");
  example(diff, "millrace model diff churn:6 churn@champion");
  bind(diff, done, async () => (await actions()).diff);

  const history = model
    .command("history <name>")
    .description("the best value over a model's versions, and where it would go");
  example(history, "millrace model history churn");
  bind(history, done, async () => (await import("../actions/model-history.ts")).history);

  const card = model.command("card <model>").description("the model card, or its documentation for a supervisor");
  card
    .option("--out <file>", "where it goes; default: stdout")
    .option("--to <form>", "md, html (a browser prints it as a PDF) or json; default: by the file's ending, else md")
    .option("--pack <name>", "instead of the card: sr11-7 or annex-iv, in the order of that text");
  example(
    card,
    "millrace model card churn@champion --out card.html",
    "millrace model card churn:7 --pack annex-iv --out annex-iv.html",
  );
  bind(card, done, async () => (await actions()).card);

  for (const verb of ["approve", "reject"] as const) {
    const command = model.command(`${verb} <model>`).description(`${verb} a version, on the record`);
    command
      .requiredOption("--reason <text>", "why, for the audit")
      .option("--by <name>", "who; default: the system's user");
    example(command, `millrace model ${verb} churn:7 --reason "checked against last year's cases"`);
    bind(command, done, async () => (await actions())[verb]);
  }

  const promote = model.command("promote <model>").description("point an alias at a version");
  promote
    .option("--alias <name>", "which alias", "champion")
    .option("--reason <text>", "why, for the audit", "asked on the command line")
    .option("--by <name>", "who; default: the system's user");
  example(promote, "millrace model promote churn:7");
  bind(promote, done, async () => (await actions()).promote);

  const rollback = model.command("rollback <name>").description("point an alias back at where it was before");
  rollback
    .option("--alias <name>", "which alias", "champion")
    .option("--reason <text>", "why, for the audit", "asked on the command line")
    .option("--by <name>", "who; default: the system's user");
  example(rollback, "millrace model rollback churn");
  bind(rollback, done, async () => (await actions()).rollback);

  const exporting = model
    .command("export <model>")
    .description("write a model as one *.millrace file, or as code that needs nothing else");
  exporting
    .option("--out <path>", "the folder to write into, or the one file")
    .option("--to <target>", "onnx, ts, js, python, c, java, go, sql, bundle or oci; default: the model file")
    .option("--dialect <name>", "of sql: duckdb, postgres or sqlite", "duckdb")
    .option(
      "--package",
      "of code: as what its own tool installs (npm tarball, wheel, jar with pom, Go module, C archive)",
    )
    .option("--base <folder>", "of oci: the image layout to build on; default: an empty one")
    .option("--image <kind>", "of oci without a base: server or filter", "server")
    .option("--push <address>", "of oci: send it to a registry as host/name:tag; --out may then be left out")
    .option("--registry-user <name>", "who pushes")
    .option("--registry-secret <name>", "name of the secret that is the password (MILLRACE_SECRET_NAME)")
    .option("--seal <file>", "sign the model file or bundle with this Ed25519 private key (PEM)")
    .option("--force", "overwrite files that hold something else");
  example(
    exporting,
    "millrace model export churn@champion --out churn.millrace",
    "millrace model export churn@champion --to python --out churn-python",
    "millrace model export churn@champion --to python --package --out dist",
  );
  bind(exporting, done, async () => (await import("../actions/export-model.ts")).exportModel);

  const importing = model
    .command("import <file>")
    .description("make a version of a model or rule from elsewhere: LightGBM, XGBoost, ONNX, SQL, a scorecard");
  importing
    .option("--name <name>", "the model's name; the factory's own passes its gate, another is registered beside it")
    .option("--from <format>", "lightgbm, xgboost, onnx, rule or scorecard; default: told from the file")
    .option("--classes <names>", "class names in the order of the model's numbers, separated by commas")
    .option("--columns <names>", "of ONNX: the columns of its one matrix, separated by commas")
    .option("--output <name>", "of ONNX: the output that is the score; default: the last one of floats")
    .option("--link <name>", "of ONNX: none, softmax or logistic, where a network gives raw sums")
    .option("--rounds <n>", "how many boosting rounds count; default: all", Number)
    .option("--targets <names>", "exports that must score alike before it is registered; default: js")
    .option("--out <file>", "write a *.millrace file and register nothing")
    .option("--fallback <rule>", "with --out: a rule (*.sql or *.json) that answers where the model cannot");
  example(
    importing,
    "millrace model import churn-lightgbm.txt --name churn --classes stays,leaves",
    "millrace model import rule.sql --out rule.millrace",
  );
  bind(importing, done, async () => (await import("../actions/import-model.ts")).importModel);

  const verify = model
    .command("verify <model>")
    .description("check every digest and the seal, and run each export beside the interpreter");
  verify
    .option("--rows <n>", "how many golden rows, up to 100000", Number, 1000)
    .option("--targets <names>", "only these exports, separated by commas; default: all whose toolchain is here")
    .option("--key <file>", "the public key (PEM) that the seal must be of")
    .option("--postgres <address>", "a PostgreSQL server to run the SQL export on");
  example(verify, "millrace model verify churn.millrace --rows 10000");
  bind(verify, done, async () => (await import("../actions/verify-model.ts")).verifyModel);

  const reproduce = model
    .command("reproduce <model>")
    .description("make a version again from its record, and compare what comes out");
  example(reproduce, "millrace model reproduce churn:7");
  bind(reproduce, done, async () => (await import("../actions/reproduce-model.ts")).reproduce);

  const deploy = program.command("deploy").description("what endpoints should serve");
  const status = deploy.command("status").description("each endpoint with its routes");
  example(status, "millrace deploy status");
  bind(status, done, async () => (await actions()).deployStatus);

  const waive = program
    .command("waive <finding>")
    .description("let a finding of a guardrail through, on the record; prints the line for the config")
    .requiredOption("--reason <text>", "why the value is known at the moment of prediction after all")
    .option("--by <name>", "who answers for it; default: the system's user")
    .option("--key <file>", "sign it with this Ed25519 private key (PEM)");
  example(
    waive,
    'millrace waive leakagePower:estimate --reason "made at the gate, before the decision"',
    'millrace waive "leakagePresence:Cost Repair" --by Ada --reason "estimated before" --key ada.pem',
  );
  bind(waive, done, async () => (await import("../actions/waive.ts")).waive);

  const audit = program.command("audit").description("who decided what");
  const entries = audit.command("list").description("the audit trail");
  example(entries, "millrace audit list");
  bind(entries, done, async () => (await actions()).auditList);
  const check = audit.command("verify").description("recompute the chain of digests");
  example(check, "millrace audit verify --json");
  bind(check, done, async () => (await actions()).auditVerify);
}
