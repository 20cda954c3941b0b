/*
 * The stores against the plain file system and their targets: `npx node bench/stores.ts`. Run by hand on a quiet machine.
 *
 * Objects: put and get throughput against copying (and reading) the same files, target ≥ 0.5×. The peer is given twice:
 * a plain copy, and a copy that is made durable (fsync of the file and its folder), which is what a put promises.
 * Metadata: transactions a second, and the event-loop delay of a process whose store has a thread of its own while another
 * process writes the same file, target p99 ≤ 5 ms.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { copyFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { randomStream } from "#kernel";

const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), "millrace-bench-"));
try {
  for (const [sizeBytes, count] of [
    [4 << 10, 200],
    [1 << 20, 40],
    [64 << 20, 4],
  ] as const)
    await benchObjects(sizeBytes, count);
  for (const thread of [false, true]) await benchTransactions(thread);
  await benchEventLoop();
} finally {
  await rm(folder, { recursive: true });
}

async function benchObjects(sizeBytes: number, count: number): Promise<void> {
  const sources = join(folder, `sources-${sizeBytes}`);
  await mkdir(sources);
  const random = randomStream(sizeBytes, "bench");
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const words = new Uint32Array(sizeBytes / 4).fill(random.integer(2 ** 32));
    words[0] = i;
    const path = join(sources, String(i));
    await writeFile(path, words);
    paths.push(path);
  }
  const target = (i: number, kind: string) => join(folder, `${kind}-${sizeBytes}-${i}`);
  const copied = await secondsOf(paths, async (path, i) => copyFile(path, target(i, "copy")));
  const durable = await secondsOf(paths, async (path, i) => {
    await copyFile(path, target(i, "durable"), constants.COPYFILE_EXCL);
    for (const name of [target(i, "durable"), folder]) {
      const file = await open(name, "r");
      await file.sync();
      await file.close();
    }
  });
  const store = fileObjects({ root: join(folder, `objects-${sizeBytes}`) });
  const digests: Awaited<ReturnType<typeof store.put>>["digest"][] = [];
  const put = await secondsOf(paths, async (path) => {
    digests.push((await store.put({ path })).digest);
  });
  const taken = await secondsOf(paths, async (_, i) => {
    await store.put({ path: target(i, "copy"), take: true });
  });
  const read = await secondsOf(paths, async (path) => void (await readFile(path)));
  const fresh = fileObjects({ root: join(folder, `objects-${sizeBytes}`) });
  const firstGet = await secondsOf(digests, async (digest) => void (await fresh.get(digest)));
  const laterGet = await secondsOf(digests, async (digest) => void (await fresh.get(digest)));
  const rate = (seconds: number) => `${((sizeBytes * count) / seconds / 1e6).toFixed(0)} MB/s`;
  const against = (peer: number, ours: number) => `${(peer / ours).toFixed(2)}×`;
  console.log(`objects of ${sizeBytes >> 10} KiB: copy ${rate(copied)}, durable copy ${rate(durable)}`);
  console.log(
    `  put ${rate(put)}: ${against(copied, put)} of copy, ${against(durable, put)} of durable copy; known ${rate(taken)}`,
  );
  console.log(
    `  read ${rate(read)}; get ${rate(firstGet)} first, ${rate(laterGet)} later: ${against(read, firstGet)}, ${against(read, laterGet)}`,
  );
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
