/*
 * The stores against the plain file system and their targets: `npx node bench/stores.ts`. Run by hand on a quiet machine.
 *
 * Objects: put and get throughput against copying (and reading) the same files, target ≥ 0.5×. The peers of a put: a plain
 * copy, which promises nothing; what a put promises beside it, each by itself: the digest of bytes that lie in memory, a copy
 * with one fsync, a copy that is made durable (fsync of the file and its folder); and the bare system calls of a durable write
 * (create, write, fdatasync, rename, fsync of the folder) in a loop that does nothing else: no store that keeps its promise is
 * faster one after the other. Each is measured by turns, alone and several at once.
 *
 * What a kind wrote is removed before the next one begins. Else the first would get the memory that the round before gave back,
 * and the later ones memory that the machine has never touched, whose first use costs a virtual machine several times the copy.
 * Metadata: transactions a second, and the event-loop delay of a process whose store has a thread of its own while another
 * process writes the same file, target p99 ≤ 5 ms.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, fdatasyncSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { digestBytes, randomStream } from "#kernel";

const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), "millrace-bench-"));
try {
  for (const [sizeBytes, count, atOnce] of [
    [4 << 10, 256, 32],
    [1 << 20, 64, 32],
    [64 << 20, 6, 3],
  ] as const)
    await benchObjects(sizeBytes, count, atOnce);
  for (const thread of [false, true]) await benchTransactions(thread);
  await benchEventLoop();
} finally {
  await rm(folder, { recursive: true });
}

async function benchObjects(sizeBytes: number, count: number, atOnce: number): Promise<void> {
  const random = randomStream(sizeBytes, "bench");
  const name = (i: number, kind: string) => join(folder, `${kind}-${i}`);
  const floorFolder = join(folder, "floor");
  await mkdir(floorFolder, { recursive: true });
  const sourcesOf = async (round: number) => {
    const paths: string[] = [];
    for (let i = 0; i < count; i++) {
      const words = new Uint32Array(sizeBytes / 4).fill(random.integer(2 ** 32));
      words[0] = i;
      words[1] = round;
      paths.push(name(i, `source-${sizeBytes}`));
      await writeFile(paths.at(-1)!, words);
    }
    return paths;
  };
  const syncedCopy = async (path: string, i: number, ...folders: readonly string[]) => {
    await copyFile(path, name(i, "synced"), constants.COPYFILE_EXCL);
    for (const written of [name(i, "synced"), ...folders]) {
      const file = await open(written, "r");
      await file.sync();
      await file.close();
    }
  };
  const kinds: Record<string, { alone: number[]; together: number[] }> = {};
  const measure = async <T>(kind: string, items: readonly T[], use: (item: T, i: number) => Promise<unknown>) => {
    const half = items.length / 2;
    const times = kinds[kind] ?? { alone: [], together: [] };
    kinds[kind] = times;
    // What others left in the page cache would have to be written by the first sync of this one.
    spawnSync("sync");
    let began = performance.now();
    for (let i = 0; i < half; i++) await use(items[i]!, i);
    times.alone.push((performance.now() - began) / half);
    spawnSync("sync");
    began = performance.now();
    for (let start = half; start < items.length; start += atOnce)
      await Promise.all(items.slice(start, start + atOnce).map((item, i) => use(item, start + i)));
    times.together.push((performance.now() - began) / half);
  };
  for (let round = 0; round < 5; round++) {
    const paths = await sourcesOf(round);
    const root = join(folder, `objects-${sizeBytes}-${round}`);
    const store = fileObjects({ root });
    await store.put(new TextEncoder().encode("the folders are made by the first"));
    const digests: Awaited<ReturnType<typeof store.put>>["digest"][] = [];
    const clear = async (kind: string) => {
      for (let i = 0; i < count; i++) await rm(name(i, kind));
    };
    await measure("copy", paths, (path, i) => copyFile(path, name(i, "copy")));
    await clear("copy");
    const inMemory = await readFile(paths[0]!);
    await measure("digest", paths, async () => digestBytes(inMemory));
    await measure("copy, fsync", paths, (path, i) => syncedCopy(path, i));
    await clear("synced");
    await measure("durable copy", paths, (path, i) => syncedCopy(path, i, folder));
    await clear("synced");
    await measure("bare calls", paths, async (path, i) =>
      bareWrite(await readFile(path), name(i, "bare"), floorFolder),
    );
    await rm(floorFolder, { recursive: true });
    await mkdir(floorFolder);
    await measure("put", paths, async (path, i) => {
      digests[i] = (await store.put({ path })).digest;
    });
    await measure("put again", paths, (path) => store.put({ path }));
    const fresh = fileObjects({ root });
    await measure("read", paths, (path) => readFile(path));
    await measure("first get", digests, (digest) => fresh.get(digest));
    await measure("later get", digests, (digest) => fresh.get(digest));
    await rm(root, { recursive: true });
  }
  console.log(`objects of ${sizeBytes >> 10} KiB, one after the other | ${atOnce} at once`);
  for (const [kind, { alone, together }] of Object.entries(kinds)) {
    const peer = kind.endsWith("get") ? "read" : "copy";
    const cell = (times: readonly number[], peers: readonly number[]) =>
      `${median(times).toFixed(2)} ms, ${(sizeBytes / median(times) / 1000).toFixed(0)} MB/s, ${median(ratios(peers, times)).toFixed(2)}× ${peer}`;
    console.log(`  ${kind.padEnd(12)} ${cell(alone, kinds[peer]!.alone)} | ${cell(together, kinds[peer]!.together)}`);
  }
  const { alone, together } = kinds.put!;
  const sum = (a: readonly number[], b: readonly number[]) => a.map((time, round) => time + b[round]!);
  const digest = kinds.digest!;
  const promised = kinds["durable copy"]!;
  console.log(
    `  put against digest + durable copy, one after the other: ${median(ratios(sum(digest.alone, promised.alone), alone)).toFixed(2)}× | ${median(ratios(sum(digest.together, promised.together), together)).toFixed(2)}×`,
  );
  for (const peer of ["copy, fsync", "durable copy", "bare calls"])
    console.log(
      `  put against ${peer}: ${median(ratios(kinds[peer]!.alone, alone)).toFixed(2)}× | ${median(ratios(kinds[peer]!.together, together)).toFixed(2)}×`,
    );
}

/** What a durable write needs of the system, and nothing else. It blocks the thread. */
function bareWrite(bytes: Uint8Array, path: string, target: string): void {
  const file = openSync(path, "wx");
  writeSync(file, bytes);
  fdatasyncSync(file);
  closeSync(file);
  renameSync(path, join(target, basename(path)));
  const entry = openSync(target, "r");
  fsyncSync(entry);
  closeSync(entry);
}

/** Ratios round by round: what else the machine did in a round, it did to both. */
function ratios(peers: readonly number[], times: readonly number[]): number[] {
  return times.map((time, round) => peers[round]! / time);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function secondsOf<T>(items: readonly T[], use: (item: T, i: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  for (const [i, item] of items.entries()) await use(item, i);
  return (performance.now() - began) / 1000;
}

async function benchTransactions(thread: boolean): Promise<void> {
  const opening = performance.now();
  const metadata = sqliteMetadata({ path: join(folder, `transactions-${thread}.db`), thread });
  await metadata.open();
  const openMs = performance.now() - opening;
  const write = (i: number) =>
    metadata.write([{ put: "entry", stream: "bench", type: "t", data: { i, text: "x".repeat(200) }, atMs: i }]);
  await write(0);
  const one = 1000;
  const alone = await secondsOf(Array.from({ length: one }), async (_, i) => write(i));
  const many = 10_000;
  const began = performance.now();
  await Promise.all(Array.from({ length: many }, (_, i) => write(i)));
  const grouped = (performance.now() - began) / 1000;
  const reading = performance.now();
  for (let i = 0; i < 1000; i++) await metadata.read({ find: "entries", stream: "bench", afterSequence: i, limit: 1 });
  const read = (performance.now() - reading) / 1000;
  await metadata.close();
  console.log(
    `metadata${thread ? " in a thread" : ""}: open ${openMs.toFixed(0)} ms; ${(one / alone).toFixed(0)} batches/s one after the other, ` +
      `${(many / grouped).toFixed(0)}/s together; ${(1000 / read).toFixed(0)} reads/s`,
  );
}

async function benchEventLoop(): Promise<void> {
  const path = join(folder, "delay.db");
  const metadata = sqliteMetadata({ path, thread: true });
  await metadata.open();
  const writer = new URL("../src/adapters/metadata-sql/trials/writer.ts", import.meta.url).pathname;
  const other = spawn(process.execPath, [writer, path, "0", "other", "1000000", "20"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(other.stdout, "data");
  let acknowledged = 0;
  other.stdout.on("data", (text: Buffer) => {
    for (const byte of text) if (byte === 10) acknowledged += 1;
  });
  const waits: number[] = [];
  // What the machine itself delays, with the same process writing, is measured beside it.
  const control = await delayOf(async () => undefined);
  const delay = await delayOf(async () => {
    const began = performance.now();
    await metadata.write([{ put: "entry", stream: "own/server", type: "t", data: {}, atMs: 0 }]);
    waits.push(performance.now() - began);
    await metadata.read({ find: "entries", stream: "own/server", limit: 20 });
  });
  other.kill("SIGKILL");
  await once(other, "close");
  await metadata.close();
  waits.sort((a, b) => a - b);
  const wait = (share: number) => waits[Math.floor(share * (waits.length - 1))]!.toFixed(1);
  console.log(`event loop beside a writing process (timer resolution 1 ms): ${delay}; with the store idle: ${control}`);
  console.log(
    `  ${waits.length} own writes waited p50 ${wait(0.5)}, p99 ${wait(0.99)}, at most ${wait(1)} ms; the other wrote ${acknowledged} batches`,
  );
}

async function delayOf(work: () => Promise<void>): Promise<string> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const until = performance.now() + 4000;
  while (performance.now() < until) {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  delay.disable();
  return `p50 ${(delay.percentile(50) / 1e6).toFixed(2)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(2)} ms`;
}
