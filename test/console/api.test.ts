import { load, readModelFile } from "@millrace/program";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { strikeProgram } from "./seed/model-program.ts";
import { type Seeded, seedProject } from "./seed/seed-project.ts";
import { type SeededServer, seededServer } from "./seeded-server.ts";

let project: SeededServer<Seeded>;
const nowMs = Date.now();

beforeAll(async () => {
  project = await seededServer((stores) => seedProject(stores, nowMs));
});
afterAll(() => project.close());

// biome-ignore lint/suspicious/noExplicitAny: answers are read as any client reads them
async function get(path: string): Promise<any> {
  const answer = await fetch(project.server.url + path);
  expect(answer.status, path).toBe(200);
  return answer.json();
}

describe("runs", () => {
  it("are listed newest first with what ran, was cached and failed", async () => {
    const { runs, next } = await get("/api/v1/runs");
    expect(next).toBeNull();
    expect(runs.map((run: { state: string }) => run.state)).toEqual([
      "running",
      "waiting",
      "failed",
      "complete",
      "complete",
      "complete",
      "complete",
    ]);
    expect(runs.find((run: { id: string }) => run.id === project.seeded.cached.id).counts).toEqual({
      total: 16,
      cached: 16,
      done: 0,
      failed: 0,
      running: 0,
    });
    expect(runs[2].counts).toMatchObject({ failed: 1 });
  });

  it("are paged by cursor without a run lost or shown twice", async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await get(`/api/v1/runs?limit=3${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...page.runs.map((run: { id: string }) => run.id));
      cursor = page.next;
    }
    const all = (await get("/api/v1/runs")).runs.map((run: { id: string }) => run.id);
    expect(seen).toEqual(all);
  });

  it("say of each step why it ran, what it cost, read and wrote", async () => {
    const { nodes, edges } = await get(`/api/v1/runs/${project.seeded.retrained.id}`);
    const train = nodes.find((node: { id: string }) => node.id === "train");
    expect(train).toMatchObject({
      state: "complete",
      reason: "another input: dataset",
      seconds: 12.87,
      metrics: { trials: 10 },
      options: { budgetTrials: 10 },
      cost: { wallSeconds: 12.87 },
    });
    expect(train.inputs.map((ref: { path: string }) => ref.path).sort()).toEqual(["dataset", "guardrails", "split"]);
    expect(train.outputs.map((ref: { type: string }) => ref.type)).toEqual(["model", "training"]);
    const ingest = nodes.find((node: { id: string }) => node.id === "ingest-strikes");
    expect(ingest).toMatchObject({ state: "cached", cachedFrom: project.seeded.first.id });
    expect(edges).toContainEqual({ source: "train", target: "evaluate", label: "model", kind: "data" });
    expect(edges).toContainEqual({ source: "register", target: "promote", label: "version", kind: "data" });
  });

  it("name the failed step's code and next step, and leave what it blocked out", async () => {
    const { errors, nodes } = await get(`/api/v1/runs/${project.seeded.failed.id}`);
    expect(errors).toEqual([expect.objectContaining({ node: "train", code: "PIPELINE_TASK_KILLED" })]);
    expect(nodes.find((node: { id: string }) => node.id === "evaluate")).toMatchObject({
      state: "skipped",
      reason: "train failed",
    });
  });

  it("give their journal after a sequence number", async () => {
    const path = `/api/v1/runs/${project.seeded.first.id}/events`;
    const first = await get(`${path}?limit=5`);
    expect(first.events.map((event: { sequence: number }) => event.sequence)).toEqual([1, 2, 3, 4, 5]);
    const rest = await get(`${path}?after=${first.next}`);
    expect(rest.events[0].sequence).toBe(6);
    expect(rest.events.at(-1).type).toBe("run-finished");
  });

  it("stream their journal, go on after the last event seen, and end with the run", async () => {
    const path = `${project.server.url}/api/v1/runs/${project.seeded.first.id}/events`;
    const answer = await fetch(path, { headers: { accept: "text/event-stream", "last-event-id": "30" } });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = await answer.text();
    expect(text).toMatch(/^event: entry\n/m);
    expect(text).toContain("id: 31\n");
    expect(text).not.toContain("id: 30\n");
    expect(text.trimEnd()).toMatch(/event: end\ndata: \{\}$/);
  });
});

describe("artifacts", () => {
  it("give their value and one hop of lineage both ways", async () => {
    const { nodes } = await get(`/api/v1/runs/${project.seeded.first.id}`);
    const { id } = nodes.find((node: { id: string }) => node.id === "evaluate").outputs[0];
    const artifact = await get(`/api/v1/artifacts/${id}`);
    expect(artifact.value.metric).toBe("rocAucScore");
    expect(artifact.madeBy.map((hop: { step: string }) => hop.step)).toContain("evaluate");
    expect(artifact.madeBy[0].artifacts.map((ref: { path: string }) => ref.path)).toContain("model");
    expect(artifact.usedBy.map((hop: { step: string }) => hop.step)).toContain("gate");
  });

  it("say why a value is not given", async () => {
    const model = project.seeded.first.artifacts.get("train.model")!;
    expect(await get(`/api/v1/artifacts/${model.id}`)).toMatchObject({
      value: null,
      valueOmitted: "It is not a JSON artifact.",
    });
  });
});

describe("models", () => {
  it("show the champion's main metric and who serves it", async () => {
    expect(await get("/api/v1/models")).toMatchObject({
      models: [
        {
          name: "bird-strikes",
          versions: 3,
          aliases: { champion: 2, challenger: 3 },
          metric: { name: "rocAucScore", value: 0.789, direction: "up" },
          endpoints: ["bird-strikes"],
        },
      ],
    });
  });

  it("tell the best value over the versions, and why nothing is projected", async () => {
    const { progress } = await get("/api/v1/models/bird-strikes/progress");
    expect(progress).toMatchObject({ metric: "rocAucScore", projected: [] });
    expect(progress.points.map(({ best }: { best: number }) => best)).toEqual([0.771, 0.789, 0.789]);
    expect(progress.said).toBe("3 versions are too few to project from: 5 are needed.");
    expect((await fetch(`${project.server.url}/api/v1/models/nothing/progress`)).status).toBe(404);
  });

  it("hold a version's evidence, of its own run", async () => {
    const version = await get("/api/v1/models/bird-strikes/versions/2");
    expect(version).toMatchObject({
      task: "binary",
      target: "damaged",
      threshold: 0.31,
      gate: { passed: true },
      leaderboardMetric: "rocAucScore",
      modelFile: true,
      version: { runId: project.seeded.retrained.id, mainMetric: "rocAucScore" },
    });
    expect(version.evaluation.metrics[0]).toMatchObject({ name: "rocAucScore", value: 0.789, low: 0.765 });
    expect(version.comparisons.map((one: { title: string }) => one.title)).toEqual([
      "Baseline",
      "Champion bird-strikes:1",
    ]);
    expect(version.against[1]).toMatchObject({ other: "the champion bird-strikes:1", difference: 0.018 });
    expect(version.leaderboard).toHaveLength(10);
    expect(version.guardrails.filter((one: { verdict: string }) => one.verdict === "block")).toHaveLength(3);
    expect(version.inputs[0]).toMatchObject({ name: "Wildlife Size", levels: ["Large", "Medium", "Small"] });
    expect(version.assumptions).toHaveLength(3);
  });

  it("give a refused candidate with the check that refused it", async () => {
    const { gate } = await get("/api/v1/models/bird-strikes/versions/3");
    expect(gate.passed).toBe(false);
    expect(gate.checks.filter((check: { passed: boolean }) => !check.passed)).toEqual([
      expect.objectContaining({ name: "betterThanChampion", next: expect.stringContaining("champion") }),
    ]);
  });

  it("give a file that scores like the registered program", async () => {
    const answer = await fetch(`${project.server.url}/api/v1/models/bird-strikes/versions/2/file`);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="bird-strikes-2.millrace"');
    const { program, tensors } = readModelFile(new Uint8Array(await answer.arrayBuffer()));
    const row = { "Wildlife Size": "Large", "Phase of flight": "Climb", "Speed IAS in knots": 180 };
    expect(load({ program, tensors }).score(row)).toEqual(load(strikeProgram(2)).score(row));
  });

  it("have no version beyond the last", async () => {
    const answer = await fetch(`${project.server.url}/api/v1/models/bird-strikes/versions/9`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: "SERVER_VERSION_MISSING",
      next: expect.stringContaining("bird-strikes:3"),
    });
  });
});

describe("monitoring", () => {
  it("gives the windows in order with drift, outcomes and alerts", async () => {
    const { windows, alerts } = await get("/api/v1/monitoring/bird-strikes");
    expect(windows).toHaveLength(22);
    expect(
      windows.every((window: { fromMs: number }, i: number) => i === 0 || window.fromMs > windows[i - 1].fromMs),
    ).toBe(true);
    expect(windows[0].columns[0].tests[0]).toMatchObject({
      test: "psi",
      value: expect.any(Number),
      threshold: expect.any(Number),
    });
    expect(windows[21].labels.metrics[0]).toMatchObject({ value: null, reason: "too few outcomes are known" });
    expect(alerts.some((alert: { state: string }) => alert.state === "open")).toBe(true);
  });

  it("gives only the newest windows where fewer are asked for", async () => {
    const { windows } = await get("/api/v1/monitoring/bird-strikes?limit=4");
    expect(windows).toHaveLength(4);
    expect(new Date(windows[3].fromMs).toISOString()).toBe("2002-04-01T00:00:00.000Z");
  });

  it("is in the overview with the open alerts", async () => {
    const overview = await get("/api/v1/overview");
    expect(overview.runs).toMatchObject({ recent: 7, running: 1, waiting: 1, failed: 1, complete: 4, more: false });
    expect(overview.factories[0]).toMatchObject({ factory: "bird-strikes", windows: 22 });
    expect(overview.alerts.every((alert: { state: string }) => alert.state === "open")).toBe(true);
    expect(overview.endpoints[0]).toMatchObject({ alias: "champion", routes: [{ version: 2, share: 1 }] });
  });
});
