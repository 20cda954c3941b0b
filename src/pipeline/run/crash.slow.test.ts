import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Digest } from "@millrace/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MetadataStore, randomStream } from "#kernel";
import { openStores } from "../fixtures/stores.ts";

/*
 * kill -9 at every boundary and at random times, then resume: the artifacts' digests equal those of an undisturbed run, each
 * effect is in its ledger once, and the journal says nothing twice. CRASH_KILLS sets how many kills (CI: 200 and more).
 */
const kills = Number(process.env.CRASH_KILLS ?? 40);
const child = fileURLToPath(new URL("../fixtures/crash-child.ts", import.meta.url));

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

function drive(
  project: string,
  options: { crashAt?: string; killAfterMs?: number; trace?: boolean } = {},
): Promise<Ending> {
  const environment = { ...process.env };
  delete environment.NODE_OPTIONS;
  delete environment.VITEST;
  if (options.crashAt !== undefined) environment.MILLRACE_CRASH_AT = options.crashAt;
  if (options.trace) environment.MILLRACE_CRASH_TRACE = "1";
  return new Promise((resolve) => {
    const running = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", child, project], {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    running.stderr.on("data", (text) => {
      errors += String(text);
    });
    const timer =
      options.killAfterMs === undefined ? undefined : setTimeout(() => running.kill("SIGKILL"), options.killAfterMs);
    running.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, errors });
    });
  });
}

async function newProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), "millrace-crash-"));
  await writeFile(join(project, "numbers.txt"), "3\n1\n4\n5\n");
  return project;
}

/** Drives until the run is complete; nothing disturbs it any more. */
async function finish(project: string): Promise<void> {
  const { code, errors } = await drive(project);
  expect(errors).toBe("");
  expect(code).toBe(0);
}

interface Record {
  readonly contents: readonly string[];
  readonly problems: readonly string[];
}

/** What a project's stores hold in the end: each node's artifacts by content, and all that is wrong. */
async function inspect(project: string): Promise<Record> {
  const { metadata, objects } = await openStores(project);
  try {
    const problems: string[] = [];
    const runs = await metadata.read({ find: "contexts", type: "run" });
    if (runs.length !== 1) problems.push(`${runs.length} runs`);
    const entries = await metadata.read({ find: "entries", stream: `run/${runs[0]!.id}` });
    const finished = entries.filter(({ type }) => type === "node-finished").map(({ data }) => String(data.node));
    if (new Set(finished).size !== finished.length) problems.push(`finished twice: ${finished.join(", ")}`);
    if (entries.filter(({ type }) => type === "run-finished").length !== 1) problems.push("run finished not once");
    if (runs[0]!.properties.state !== "complete") problems.push(`run context ${runs[0]!.properties.state}`);
    problems.push(...(await wrongExecutions(metadata, finished)));
    const ledger = (await readFile(join(project, "ledger.txt"), "utf8")).trim().split("\n");
    if (ledger.length !== 1) problems.push(`ledger has ${ledger.length} lines`);
    const contents: string[] = [];
    for (const { data } of entries.filter(({ type }) => type === "node-finished"))
      for (const [name, id] of Object.entries(data.outputs as { [name: string]: `art_${string}` })) {
        const [artifact] = await metadata.read({ find: "artifacts", ids: [id] });
        for (const { object } of Object.values(artifact!.files)) await objects.get(object as Digest);
        contents.push(`${data.node}.${name} ${artifact!.content}`);
      }
    const scratch = await readdir(join(project, ".millrace", "scratch")).catch(() => []);
    if (scratch.length > 0) problems.push(`scratch left: ${scratch.join(", ")}`);
    return { contents: contents.sort(), problems };
  } finally {
    await metadata.close();
  }
}

async function wrongExecutions(metadata: MetadataStore, finished: readonly string[]): Promise<readonly string[]> {
  const executions = await metadata.read({ find: "executions" });
  const complete = executions
    .filter(({ state }) => state === "complete")
    .map(({ properties }) => String(properties.node));
  const problems = executions
    .filter(({ state }) => state === "running")
    .map(({ properties }) => `${properties.node} still runs`);
  if (complete.toSorted().join() !== finished.toSorted().join()) problems.push(`complete: ${complete.join(", ")}`);
  return problems;
}

describe("a run that is killed and resumed", () => {
  const projects: string[] = [];
  let undisturbed: Record;
  let boundaries = 0;
  let tookMs = 0;

  /** Kills one run `count` times, or until it is complete; `disturb` makes the index-th kill. Returns the kills that struck. */
  const disturbed = async (
    count: number,
    disturb: (project: string, index: number) => Promise<Ending>,
  ): Promise<number> => {
    const project = await newProject();
    projects.push(project);
    let struck = 0;
    for (let ended = false; struck < count && !ended; ) {
      const { signal, code, errors } = await disturb(project, struck);
      if (signal === "SIGKILL") struck += 1;
      else {
        expect({ code, errors }).toEqual({ code: 0, errors: "" });
        tookMs *= 0.9;
      }
      ended = signal !== "SIGKILL";
    }
    const began = performance.now();
    await finish(project);
    // Kills are aimed within the time that a drive takes on a machine as busy as it is now.
    tookMs = (tookMs + performance.now() - began) / 2;
    const record = await inspect(project);
    expect(record.problems).toEqual([]);
    expect(record.contents).toEqual(undisturbed.contents);
    await rm(project, { recursive: true });
    return struck;
  };

  beforeAll(async () => {
    const project = await newProject();
    projects.push(project);
    // The first drive fills the compile cache; the second is timed.
    await finish(project);
    undisturbed = await inspect(project);
    const timed = await newProject();
    projects.push(timed);
    const began = performance.now();
    const { errors } = await drive(timed, { crashAt: "*:0", trace: true });
    tookMs = performance.now() - began;
    boundaries = errors.split("\n").filter((line) => line.startsWith("crash point")).length;
  }, 60_000);
  afterAll(() => Promise.all(projects.map((project) => rm(project, { recursive: true, force: true }))));

  test("the undisturbed run is whole, and passes boundaries of every kind", () => {
    expect(undisturbed.problems).toEqual([]);
    expect(undisturbed.contents).toHaveLength(11);
    expect(boundaries).toBeGreaterThan(30);
  });

  // Two at a time: a drive mostly waits for the disk and for processes to start.
  const lanes = [0, 1] as const;
  const timeout = 120_000 + kills * 6_000;

  test(`at boundaries: the first kill of a run at each in turn, the others soon after`, { timeout }, async () => {
    const wanted = Math.ceil(kills / 2);
    const runs = Math.ceil(wanted / 5);
    await Promise.all(
      lanes.map(async (lane) => {
        const random = randomStream(20_260_101, `boundaries ${lane}`);
        let first = lane;
        for (let left = Math.ceil(wanted / lanes.length); left > 0; first += lanes.length) {
          const nth = 1 + (Math.floor((first * boundaries) / runs) % boundaries);
          left -= await disturbed(Math.min(left, 5), (project, index) =>
            drive(project, { crashAt: `*:${index === 0 ? nth : 1 + random.integer(20)}` }),
          );
        }
      }),
    );
  });

  test("from outside, at random times", { timeout }, async () => {
    await Promise.all(
      lanes.map(async (lane) => {
        const random = randomStream(20_260_101, `random ${lane}`);
        for (let left = Math.ceil(kills / 2 / lanes.length); left > 0; )
          left -= await disturbed(Math.min(left, 5), (project) =>
            drive(project, { killAfterMs: tookMs * (0.2 + 0.8 * random.uniform()) }),
          );
      }),
    );
  });
});
