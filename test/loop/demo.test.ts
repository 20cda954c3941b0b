import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeProgram, readModelFile } from "@millrace/program";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readFrame } from "#dataset";
import { type EvaluationReport, exportModelFile, readDemoData, versionEvidence } from "#factory";
import type { MonitorReport } from "#monitor";
import { type ModelVersion, resolveModel } from "#registry";
import { readWindow } from "#traffic";
import { answers, freePort, millrace, millraceJson, occupy, start, stopAll } from "./millrace.ts";
import { type NodeTold, type RunTold, withStores } from "./records.ts";

interface DemoTold {
  readonly folder: string;
  readonly console: string;
  readonly endpoints: string;
  readonly seconds: number;
  readonly versions: number;
  readonly years: readonly {
    readonly year: number;
    readonly served: string;
    readonly reports: number;
    readonly labelled: number;
    readonly auc: { readonly value: number; readonly low: number; readonly high: number } | null;
    readonly aircraftPsi: number | null;
    readonly drifted: readonly string[];
    readonly retrained: { readonly run: string; readonly state: string } | null;
    readonly champion: string;
  }[];
  readonly again: string;
}

interface ModelTold {
  readonly name: string;
  readonly versions: readonly ModelVersion[];
}

const costs = ["Cost Other", "Cost Repair", "Cost Total $"];
const damage = "Effect Amount of damage";
const upstream = [
  "ingest-reports",
  "prepare",
  "read-traffic",
  "assemble",
  "statistics",
  "schema",
  "validate",
  "split",
  "screen",
];

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-demo-test-"));
  folders.push(folder);
  return folder;
}

async function versionsIn(project: string): Promise<readonly ModelVersion[]> {
  const { models } = await millraceJson<{ models: ModelTold[] }>(["model", "list", "--project", project]);
  expect(models.map(({ name }) => name)).toEqual(["bird-strikes"]);
  return models[0]!.versions;
}

/** A turn of the loop; whether the gate lets the model pass depends on the data, and 3 says that it does not. */
async function turn(project: string, ...args: readonly string[]): Promise<RunTold> {
  const { code, stdout, stderr } = await millrace(["run", "--project", project, "--json", ...args]);
  expect(code, stderr).toBeOneOf([0, 3]);
  const told = JSON.parse(stdout) as RunTold;
  expect(code).toBe(told.verdict?.passed === false ? 3 : 0);
  return told;
}

function expectAllCached({ state, nodes }: RunTold): void {
  expect(state).toBe("complete");
  expect(nodes.length).toBeGreaterThan(12);
  for (const node of nodes.filter(({ state }) => state !== "skipped")) {
    expect(node.reason).toMatch(/^cached: same inputs, options and code as run_[0-9a-f-]{36}$/);
    expect(node.state).toBe("cached");
  }
  // Nothing is left out but what a refused gate leaves out.
  expect(nodes.filter(({ state }) => state === "skipped").map(({ id }) => id)).toBeOneOf([[], ["promote", "deploy"]]);
}

const named = (nodes: readonly NodeTold[], id: string) => nodes.find((node) => node.id === id)!;

/** Everything of the story that is the same whenever it is told. */
function timeless({ years, versions }: DemoTold): unknown {
  return { versions, years: years.map(({ retrained, ...rest }) => ({ ...rest, retrained: retrained?.state ?? null })) };
}

describe("millrace demo", () => {
  let folder: string;
  let told: DemoTold;

  beforeAll(async () => {
    folder = await newFolder();
    const ports = ["--port", String(await freePort()), "--endpoint-port", String(await freePort())];
    told = await millraceJson<DemoTold>(["demo", "--exit", "--folder", folder, ...ports]);
    console.info(`demo --exit took ${told.seconds.toFixed(0)} s`);
  }, 300_000);
  afterEach(stopAll);
  afterAll(() => Promise.all(folders.map((one) => rm(one, { recursive: true, force: true }))));

  test("tells six years, each watched and answered, and ends with its services stopped", async () => {
    expect(told.folder).toBe(folder);
    expect(told.again).toContain(folder);
    expect(told.years.map(({ year }) => year)).toEqual([1997, 1998, 1999, 2000, 2001, 2002]);
    expect(told.years.reduce((sum, { reports }) => sum + reports, 0)).toBe(5500);
    expect(told.years[0]!.served).toBe("bird-strikes:1");
    expect(told.versions).toBeGreaterThanOrEqual(2);
    for (const [k, year] of told.years.entries()) {
      expect(year.labelled).toBeGreaterThan(year.reports / 2);
      expect(year.auc!.value).toBeGreaterThan(0.65);
      expect(year.auc!.low).toBeLessThan(year.auc!.value);
      expect(year.aircraftPsi).toBeGreaterThan(0.3);
      expect(year.served).toBe(k === 0 ? "bird-strikes:1" : told.years[k - 1]!.champion);
    }
    // The fleet moves away from that of 1990–96.
    expect(told.years.at(-1)!.aircraftPsi).toBeGreaterThan(told.years[0]!.aircraftPsi! + 0.5);
    expect(await answers(told.console)).toBe(false);
    expect(await answers(told.endpoints)).toBe(false);
  });

  test("registers bird-strikes:1 first, and it tells strikes apart", async () => {
    const versions = await versionsIn(folder);
    expect(versions).toHaveLength(told.versions);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, k) => k + 1));
    expect(versions[0]!.metrics.rocAucScore!.value).toBeGreaterThan(0.72);
    expect(versions.find(({ aliases }) => aliases.includes("champion"))!.version).toBe(
      Number(told.years.at(-1)!.champion.split(":")[1]),
    );
  });

  test("blocks the costs, and no honest column", async () => {
    for (const { version } of await versionsIn(folder)) {
      const { blocked } = await evidence<{ blocked: string[] }>(folder, version, "screen/guardrails");
      expect(blocked.toSorted()).toEqual([...costs, damage].sort());
    }
  });

  test("learns from neither the costs nor what the target is made of", async () => {
    for (const { version } of await versionsIn(folder)) {
      const bytes = await withStores(folder, async (project) => {
        const { version: found } = await resolveModel(project, `bird-strikes:${version}`);
        return exportModelFile(project, found);
      });
      const { json, tensorBytes } = readModelFile(bytes);
      const { program } = decodeProgram(json, tensorBytes);
      const inputs = program.inputs.map(({ name }) => name);
      expect(inputs.length).toBeGreaterThan(3);
      for (const name of [...costs, damage, "damaged"]) expect(inputs).not.toContain(name);
    }
  });

  test("keeps the duplicate rows together in one split", async () => {
    const { header, rows } = await readDemoData();
    expect(rows.length - new Set(rows.map((row) => JSON.stringify(row))).size).toBe(24);
    // The newest version learned from all years; costs never arrive with live reports, so they are left out here.
    const last = (await versionsIn(folder)).length;
    const compared = header.filter((name) => !costs.includes(name) && name !== damage);
    const { splitsOf, report, count } = await withStores(folder, async (project) => {
      const { version } = await resolveModel(project, `bird-strikes:${last}`);
      const found = await versionEvidence(project, version);
      const frame = await readFrame(await found.get("assemble/dataset")!.path("data.parquet"));
      const codes = await found.get("split/split")!.bytes("codes.u8");
      const splitsOf = new Map<string, number[]>();
      for (let row = 0; row < frame.rows; row++) {
        const cells = [...compared, ...costs, "damaged"].map((name) => {
          const column = frame.columns.get(name)!;
          if (column.type === "string") return column.codes[row]! < 0 ? null : column.levels[column.codes[row]!]!;
          return column.missing?.[row] ? null : String((column.values as { [k: number]: unknown })[row]);
        });
        const key = JSON.stringify(cells);
        splitsOf.set(key, [...(splitsOf.get(key) ?? []), codes[row]!]);
      }
      const text = new TextDecoder().decode(await found.get("split/split")!.bytes("report.json"));
      const report = JSON.parse(text) as { duplicates: { keptTogether: boolean } };
      return { splitsOf, report, count: frame.rows };
    });
    expect(report.duplicates.keptTogether).toBe(true);
    const groups = [...splitsOf.values()].filter((splits) => splits.length > 1);
    expect(count).toBeGreaterThan(9000);
    expect(groups.reduce((sum, splits) => sum + splits.length - 1, 0)).toBeGreaterThanOrEqual(24);
    for (const splits of groups) expect(new Set(splits).size).toBe(1);
  });

  test("run again, every step is a hit and says of which run; and again", async () => {
    expectAllCached(await turn(folder));
    expectAllCached(await turn(folder));
    expect(await versionsIn(folder)).toHaveLength(told.versions);
  });

  test("with one option changed, it says exactly what runs again and why", async () => {
    const { nodes } = await turn(folder, "--set", "train.budgetTrials=4");
    for (const id of upstream) expect(named(nodes, id).state, id).toBe("cached");
    expect(named(nodes, "train")).toMatchObject({
      state: "done",
      reason: "runs again: option budgetTrials 6 → 4",
    });
    // A step below train runs again unless what it reads came out the same.
    for (const id of ["champion", "evaluate", "gate", "card"])
      expect(named(nodes, id).reason, id).toMatch(/^(runs again: input |cached: )/);
    const { reason } = named((await turn(folder, "--set", "train.budgetTrials=4")).nodes, "train");
    expect(reason).toMatch(/^cached: /);
  });

  test("an exported model scores what the endpoint answered", async () => {
    const file = join(folder, "champion.millrace");
    // The champion of the end may have answered nothing yet.
    const served = told.years.at(-1)!.served;
    const written = await millraceJson(["model", "export", served, "--out", file, "--project", folder]);
    const verified = await millraceJson(["model", "verify", file]);
    expect(verified).toMatchObject({ ok: true, digest: written.content });
    const { header, rows } = await readDemoData();
    const csv = join(folder, "all.csv");
    const line = (row: readonly string[]) => row.map((field) => (field.includes(",") ? `"${field}"` : field)).join(",");
    await writeFile(csv, `${[header, ...rows].map(line).join("\n")}\n`);
    const [fromFile, fromRegistry] = [join(folder, "file.csv"), join(folder, "registry.csv")];
    expect((await millrace(["score", file, csv, "--out", fromFile])).code).toBe(0);
    expect((await millrace(["score", served, csv, "--out", fromRegistry, "--project", folder])).code).toBe(0);
    const scores = await readFile(fromFile, "utf8");
    expect(await readFile(fromRegistry, "utf8")).toBe(scores);
    const [head, ...lines] = scores.trimEnd().split("\n");
    expect(head).toBe("prediction,score");
    expect(lines).toHaveLength(rows.length);
    const { predictions, lost } = await readWindow({
      folder: join(folder, ".millrace", "traffic"),
      endpoint: "bird-strikes",
    });
    expect(lost).toBe(0);
    expect(predictions).toHaveLength(5500);
    const own = predictions.filter(({ version }) => `bird-strikes:${version}` === served);
    expect(own.length).toBeGreaterThan(500);
    for (const { requestId, prediction, score } of own)
      expect(`${prediction},${score}`, requestId).toBe(lines[Number(requestId.split("-")[1])]);
  });

  test("the records hold: audit, runs, monitoring", async () => {
    const audit = await millraceJson<{ ok: boolean; entries: number }>(["audit", "verify", "--project", folder]);
    expect(audit.ok).toBe(true);
    expect(audit.entries).toBeGreaterThan(2 * told.versions);
    const { runs } = await millraceJson<{ runs: { id: string; state: string }[] }>([
      "runs",
      "list",
      "--project",
      folder,
    ]);
    expect(runs.length).toBeGreaterThanOrEqual(told.versions);
    for (const { state } of runs) expect(state).toBe("complete");
    const retrained = told.years.flatMap(({ retrained }) => (retrained === null ? [] : [retrained.run]));
    expect(runs.map(({ id }) => id)).toEqual(expect.arrayContaining(retrained));
    const shown = await millraceJson<RunTold>(["runs", "show", retrained[0] ?? runs[0]!.id, "--project", folder]);
    expect(named(shown.nodes, "train").state).toBeOneOf(["done", "cached"]);
    const { reports } = await millraceJson<{ reports: MonitorReport[] }>(["monitor", "status", "--project", folder]);
    expect(reports.map(({ rows }) => rows).toSorted()).toEqual(told.years.map(({ reports }) => reports).toSorted());
    const { model } = await evidence<EvaluationReport>(folder, 1, "evaluate/evaluation");
    expect(model.metrics.rocAucScore!.value).toBe((await versionsIn(folder))[0]!.metrics.rocAucScore!.value);
  });

  test("garbage collection removes what nothing names, and nothing else", async () => {
    const collect = (...more: string[]) =>
      millraceJson<{ removed: string[]; kept: number }>(["gc", "--project", folder, ...more]);
    // Back to the options of the config: what was made with them is still there, and the registry points at it again.
    const { nodes } = await turn(folder);
    for (const id of [...upstream, "train", "evaluate", "gate"]) expect(named(nodes, id).state, id).toBe("cached");
    expect((await collect("--dry-run", "--older-than", "0")).removed).toEqual([]);
    await withStores(folder, ({ objects }) => objects.put(new TextEncoder().encode("named by nothing")));
    expect((await collect("--dry-run", "--older-than", "0")).removed).toHaveLength(1);
    const { kept } = await collect("--dry-run");
    expect((await collect("--older-than", "0")).removed).toHaveLength(1);
    expect(await collect("--older-than", "0")).toMatchObject({ removed: [], kept: kept - 1 });
    expectAllCached(await turn(folder));
    for (const { version, content } of await versionsIn(folder)) {
      const verdict = await millraceJson([
        "model",
        "verify",
        `bird-strikes:${version}`,
        "--targets",
        "js",
        "--project",
        folder,
      ]);
      expect(verdict).toMatchObject({ ok: true, digest: content });
    }
  });

  test("on two threads, the first model is the same to the bit", { timeout: 120_000 }, async () => {
    const other = await newFolder();
    await cp(join(folder, "data"), join(other, "data"), { recursive: true });
    const config = await readFile(join(folder, "millrace.config.ts"), "utf8");
    const changed = config.replace("budgetTrials: 6", "budgetTrials: 6, threads: 2");
    expect(changed).not.toBe(config);
    await writeFile(join(other, "millrace.config.ts"), changed);
    const { nodes } = await turn(other);
    expect(named(nodes, "train").state).toBe("done");
    expect((await versionsIn(other))[0]!.content).toBe((await versionsIn(folder))[0]!.content);
  });

  test("told again with its ports taken, it uses others, tells the same, and stops on Ctrl-C", {
    timeout: 300_000,
  }, async () => {
    const other = await newFolder();
    const free = [await occupy(4700), await occupy(8080)];
    try {
      const running = start(["demo", "--json", "--folder", other]);
      await running.until(/Serving\. Ctrl-C/, 1, 240_000);
      expect(running.said()).toMatch(/Port 4700 is taken; the console listens on \d+\./);
      expect(running.said()).toMatch(/Port 8080 is taken; the endpoints listen on \d+\./);
      const again = JSON.parse(
        running
          .said()
          .split("\n")
          .find((line) => line.startsWith("{"))!,
      ) as DemoTold;
      expect(timeless(again)).toEqual(timeless(told));
      for (const address of [again.console, `${again.endpoints}/readyz`]) {
        expect(new URL(address).port).not.toBeOneOf(["4700", "8080"]);
        expect((await fetch(address)).status).toBe(200);
      }
      running.interrupt();
      const { code } = await running.ended;
      expect(running.group()).toEqual([]);
      expect(code).toBeOneOf([0, 130]);
      expect(await answers(again.console)).toBe(false);
      expect(await answers(again.endpoints)).toBe(false);
    } finally {
      for (const release of free) await release();
    }
    const contents = async (project: string) =>
      (await versionsIn(project)).slice(0, told.versions).map(({ content }) => content);
    expect(await contents(other)).toEqual(await contents(folder));
  });

  test("Ctrl-C in the middle of the story stops everything, without a complaint", { timeout: 120_000 }, async () => {
    const running = start(["demo", "--folder", await newFolder(), "--port", "0", "--endpoint-port", "0"]);
    await running.until(/1997 {2}\d+ reports answered/);
    const [, endpoints = ""] = await running.until(/reports arrive at (http:\/\/[^/]+)/);
    running.interrupt();
    const { code, stdout, stderr } = await running.ended;
    expect(running.group()).toEqual([]);
    expect(code).toBe(130);
    expect(stdout + stderr).not.toMatch(/fault|error|KERNEL_/);
    expect(await answers(endpoints)).toBe(false);
  });
});

async function evidence<T>(folder: string, version: number, name: string): Promise<T> {
  return withStores(folder, async (project) => {
    const { version: found } = await resolveModel(project, `bird-strikes:${version}`);
    return (await versionEvidence(project, found)).get(name)!.json<T>();
  });
}
