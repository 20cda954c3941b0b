/*
 * The event loop of the HTTP server while another process writes the same stores: `npx node bench/server.ts`; target p99 ≤ 5 ms.
 *
 * Three processes, as in production: the server with its store in a thread, a client that asks for the lists of runs and models
 * and the overview at a steady 100 requests a second, and a writer that runs one pipeline after the other into the same
 * database and object folder and stores an object of 1 MiB between them. The server measures its own loop. What the machine
 * delays by itself (timers of 1 ms that fire late, processes that share the processor) is measured beside it: by a fourth process
 * that does nothing but look at its own loop at the same time, and with the same server and nobody asking, and nobody writing.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { localExecutor } from "#adapters/executor-local";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { digestBytes, randomStream, systemClock } from "#kernel";
import { definePipeline, runPipeline } from "#pipeline";
import { registerVersion } from "#registry";
import { startServer } from "#server";
import { nothing } from "./pipeline-steps.ts";

const requestsPerSecond = 100;
const seconds = 5;
const rounds = 3;
const steps = 10;
const recordedRuns = 60;
const paths = ["/api/v1/runs", "/api/v1/models", "/api/v1/overview"];

interface Loop {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

interface Asked {
  readonly answers: number;
  readonly p50: number;
  readonly p99: number;
}

const [role, ...args] = process.argv.slice(2);
if (role === "serve") await serve(args[0]!);
else if (role === "write") await write(args[0]!);
else if (role === "idle") {
  answerLoop(async () => undefined);
  process.send!("ready");
} else if (role === "ask") await ask(Number(args[0]));
else await bench();

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), "millrace-bench-"));
  const children: ChildProcess[] = [];
  const start = (...given: string[]): ChildProcess => {
    const child = fork(import.meta.filename, given);
    children.push(child);
    return child;
  };
  try {
    const { runs } = await record(folder);
    const server = start("serve", folder);
    const idle = start("idle");
    await said(idle);
    const port = (await said<{ port: number }>(server)).port;
    // The first requests load code and read what was recorded before.
    await askFor(start("ask", String(port)));
    const cases = new Map<string, { readonly loops: Loop[]; readonly control: Loop[]; readonly asked: Asked[] }>();
    const measure = async (name: string, asking: boolean): Promise<void> => {
      for (const one of [server, idle]) one.send("begin");
      const asked = asking ? await askFor(start("ask", String(port))) : await sleep(seconds * 1000);
      const measured = cases.get(name) ?? { loops: [], control: [], asked: [] };
      cases.set(name, measured);
      for (const [one, loops] of [
        [server, measured.loops],
        [idle, measured.control],
      ] as const) {
        const answer = said<Loop>(one);
        one.send("end");
        loops.push(await answer);
      }
      if (asked !== undefined) measured.asked.push(asked);
    };
    let written = 0;
    for (let round = 0; round < rounds; round++) {
      await measure("asked, nobody writes", true);
      const writer = start("write", folder);
      await said(writer);
      await measure("another process writes, nobody asks", false);
      await measure("asked while another process writes", true);
      writer.send("end");
      written += (await said<{ runs: number }>(writer)).runs;
      await once(writer, "exit");
    }
    for (const one of [server, idle]) {
      const exited = once(one, "exit");
      one.send("close");
      await exited;
    }
    console.log(
      `${runs} runs recorded before, ${written} written meanwhile; ${requestsPerSecond} requests/s; medians of ${rounds} rounds`,
    );
    for (const [name, { loops, control, asked }] of cases) {
      const of = (which: readonly Loop[], key: keyof Loop) => median(which.map((loop) => loop[key])).toFixed(2);
      const line = (which: readonly Loop[]) =>
        `p50 ${of(which, "p50")}, p99 ${of(which, "p99")}, at most ${of(which, "most")} ms`;
      console.log(`${name}: event loop ${line(loops)} (timer 1 ms, target p99 5); of an idle process ${line(control)}`);
      if (asked.length === 0) continue;
      const at = (key: keyof Asked) => median(asked.map((one) => one[key]));
      console.log(
        `  ${at("answers").toFixed(0)} answers, p50 ${at("p50").toFixed(1)} ms, p99 ${at("p99").toFixed(1)} ms`,
      );
    }
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

/** What stood in the stores before: runs, and models with some versions. */
async function record(folder: string): Promise<{ runs: number }> {
  const stores = await openStores(folder, false);
  for (let run = 0; run < recordedRuns; run++) await stores.run(run);
  for (let model = 0; model < 5; model++)
    for (let version = 0; version < 8; version++)
      await registerVersion(
        { metadata: stores.metadata, clock: systemClock, by: "bench" },
        {
          model: `model-${model}`,
          artifactId: `art_${model}_${version}`,
          content: digestBytes(`${model}/${version}`),
          metrics: { rocAucScore: { value: 0.8, low: 0.78, high: 0.82 }, logLoss: 0.4 },
        },
      );
  await stores.close();
  return { runs: recordedRuns };
}

async function openStores(folder: string, thread: boolean) {
  const metadata = sqliteMetadata({ path: join(folder, "metadata.db"), thread });
  await metadata.open();
  const objects = fileObjects({ root: join(folder, "objects") });
  const executor = localExecutor();
  return {
    metadata,
    objects,
    async run(index: number): Promise<void> {
      const pipeline = definePipeline("chain", (p) => {
        let before = p.step("n0", nothing, { inputs: {}, options: { index: index * steps } });
        for (let step = 1; step < steps; step++)
          before = p.step(`n${step}`, nothing, {
            inputs: { before: before.out.number },
            options: { index: index * steps + step },
          });
      });
      await runPipeline({ pipeline, metadata, objects, executor, project: folder });
    },
    async close(): Promise<void> {
      await executor.drain();
      await metadata.close();
    },
  };
}

async function serve(folder: string): Promise<void> {
  const stores = await openStores(folder, true);
  const server = await startServer({ metadata: stores.metadata, objects: stores.objects, port: 0 });
  answerLoop(async () => {
    await server.close();
    await stores.close();
  });
  process.send!({ port: server.port });
}

/** Measures this process's own loop from "begin" to "end"; ends at "close". */
function answerLoop(close: () => Promise<void>): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  process.on("message", async (message) => {
    if (message === "begin") {
      delay.reset();
      delay.enable();
    } else if (message === "end") {
      delay.disable();
      const ms = (value: number) => value / 1e6;
      process.send!({ p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), most: ms(delay.max) });
    } else {
      await close();
      process.disconnect();
    }
  });
}

async function write(folder: string): Promise<void> {
  const stores = await openStores(folder, false);
  let going = true;
  process.once("message", () => {
    going = false;
  });
  const random = randomStream(process.pid, "objects");
  let runs = 0;
  process.send!("begun");
  for (; going; runs++) {
    await stores.run(random.integer(2 ** 30));
    await stores.objects.put(new Uint8Array(new Uint32Array(1 << 18).fill(random.integer(2 ** 32)).buffer));
  }
  await stores.close();
  process.send!({ runs });
  process.disconnect();
}

/** Sends a request every so often, whether the last one was answered or not. */
async function ask(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const times: number[] = [];
  const open: Promise<void>[] = [];
  const request = (path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      get({ host: "127.0.0.1", port, path, agent, headers: { host: `localhost:${port}` } }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`${path} answered ${response.statusCode}`));
        response.resume().once("end", () => {
          times.push(performance.now() - began);
          resolve();
        });
      }).once("error", reject);
    });
  const began = performance.now();
  for (let sent = 0; sent < seconds * requestsPerSecond; sent++) {
    const due = began + (sent * 1000) / requestsPerSecond;
    await sleep(Math.max(0, due - performance.now()));
    open.push(request(paths[sent % paths.length]!));
  }
  await Promise.all(open);
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  process.send!({ answers: times.length, p50: at(0.5), p99: at(0.99) });
  process.disconnect();
}

async function askFor(client: ChildProcess): Promise<Asked> {
  const asked = await said<Asked>(client);
  await once(client, "exit");
  return asked;
}

async function said<T>(child: ChildProcess): Promise<T> {
  const heard = new AbortController();
  const { signal } = heard;
  try {
    const ended = once(child, "exit", { signal }).then(([code]): [T] => {
      throw new Error(`A process of the bench ended with ${code}.`);
    });
    const [message] = await Promise.race([once(child, "message", { signal }) as Promise<[T]>, ended]);
    return message;
  } finally {
    heard.abort();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
