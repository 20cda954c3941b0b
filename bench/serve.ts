/*
 * Requests a second of one row each over keep-alive connections on loopback: `npx node bench/serve.ts`. Bounded to a few
 * seconds; run by hand on a quiet machine. The model has 100 trees of 31 leaves over 20 numbers, checks every row and
 * records every prediction, which the bare peers do not.
 *
 * Peers, measured elsewhere with wrk on 2 cores, same model shape, JSON, one row (requests/s at 1 and 8 connections):
 * MLServer lightgbm 1603 / 1527 · Triton Python backend 2778 / 4711 · mlflow models serve 477 / 472 · BentoML 533 / 533 ·
 * bare Fastify + onnxruntime-node 4891 / 12302 · bare Fastify + flat-array trees 7007 / 20362.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tensor } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import { randomStream, silentLog, systemClock } from "#kernel";
import { fixedEndpoints, openEndpoints, servedModel, startEndpointServer } from "#serve";
import { openTrafficLog } from "#traffic";

const features = 20;
const seconds = 3;

if (process.argv[2] === "client") await client(Number(process.argv[3]), Number(process.argv[4]));
else {
  const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), "millrace-bench-"));
  try {
    await bench(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bench(folder: string): Promise<void> {
  const model = servedModel("gbdt", 1, ...forest());
  const row = Object.fromEntries(Array.from({ length: features }, (_, k) => [`f${k}`, (k * 7919) % 13]));
  const began = performance.now();
  for (let i = 0; i < 20_000; i++) model.score(row);
  console.log(`in process: ${((performance.now() - began) / 20).toFixed(1)} µs a row`);
  const traffic = await openTrafficLog({ folder, writer: "bench", clock: systemClock });
  const endpoints = openEndpoints(fixedEndpoints([model]), silentLog);
  const server = await startEndpointServer({ endpoints, traffic, port: 0 });
  for (const connections of [1, 8]) console.log(await measure(server.port, connections));
  await server.close();
  const { written, dropped } = traffic.health();
  await traffic.close();
  console.log(`prediction log: ${written} records on disk, ${dropped} dropped`);
}

function measure(port: number, connections: number): Promise<string> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), ["client", String(port), String(connections)]);
  return new Promise((resolve) => child.once("message", (message) => resolve(String(message))));
}

/** Sends one request after the other on each connection and reads exactly one reply for each. */
async function client(port: number, connections: number): Promise<void> {
  const row = Object.fromEntries(Array.from({ length: features }, (_, k) => [`f${k}`, (k * 7919) % 13]));
  const body = JSON.stringify({ row, id: "bench" });
  const request = `POST /v1/endpoints/gbdt/score HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const times: number[] = [];
  const warmUntil = performance.now() + 1000;
  const until = warmUntil + seconds * 1000;
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect({ port, host: "127.0.0.1", noDelay: true });
          let sent = 0;
          let text = "";
          const send = () => {
            sent = performance.now();
            socket.write(request);
          };
          socket.on("connect", send).on("error", reject);
          socket.on("data", (chunk) => {
            text += chunk.toString("latin1");
            if (!isWhole(text)) return;
            if (!text.startsWith("HTTP/1.1 200")) return reject(new Error(text));
            text = "";
            const now = performance.now();
            if (sent > warmUntil) times.push(now - sent);
            if (now < until) return send();
            socket.end();
            resolve();
          });
        }),
    ),
  );
  const sorted = Float64Array.from(times).sort();
  const at = (q: number) => sorted[Math.floor(q * (sorted.length - 1))]!.toFixed(2);
  const rate = Math.round(sorted.length / seconds);
  process.send!(`${connections} connection(s): ${rate} requests/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  process.disconnect();
}

function isWhole(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const stated = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  return stated === undefined ? text.endsWith("0\r\n\r\n") : text.length - head - 4 >= Number(stated);
}

/** 100 complete-as-can-be trees of 31 leaves with random splits. */
function forest(): [string, Uint8Array] {
  const random = randomStream(1, "forest");
  const trees = 100;
  const nodesEach = 30;
  const count = trees * nodesEach;
  const ints = () => new Int32Array(count);
  const [feature, left, right] = [ints(), ints(), ints()];
  const threshold = new Float64Array(count);
  for (let tree = 0; tree < trees; tree++)
    for (let n = 0; n < nodesEach; n++) {
      const node = tree * nodesEach + n;
      feature[node] = random.integer(features);
      threshold[node] = 13 * random.uniform();
      const child = (place: number) =>
        place < nodesEach ? tree * nodesEach + place : ~(tree * 31 + place - nodesEach);
      left[node] = child(2 * n + 1);
      right[node] = child(2 * n + 2);
    }
  const tensors = new Map<string, Tensor>([
    ["treeStart", { type: "i32", values: Int32Array.from({ length: trees }, (_, tree) => tree * nodesEach) }],
    ["feature", { type: "i32", values: feature }],
    ["threshold", { type: "f64", values: threshold }],
    ["left", { type: "i32", values: left }],
    ["right", { type: "i32", values: right }],
    ["missingLeft", { type: "u8", values: new Uint8Array(count) }],
    ["categorical", { type: "u8", values: new Uint8Array(count) }],
    ["bitsetStart", { type: "i32", values: new Int32Array(count + 1) }],
    ["bitsets", { type: "u32", values: new Uint32Array(0) }],
    ["leafValue", { type: "f64", values: Float64Array.from({ length: trees * 31 }, () => random.uniform() - 0.5) }],
  ]);
  const { json, tensors: bytes } = encodeProgram(
    {
      format: 1,
      inputs: Array.from({ length: features }, (_, k) => ({ name: `f${k}`, type: "number", missingAllowed: true })),
      nodes: [
        {
          op: "trees",
          version: 1,
          inputs: Array.from({ length: features }, (_, k) => k),
          attributes: {
            base: 0,
            ...Object.fromEntries([...tensors.keys()].map((name) => [name, { tensor: name }])),
          },
        },
        { op: "logistic", version: 1, inputs: [features], attributes: {} },
      ],
      outputs: { task: "binary", score: features + 1, classes: ["no", "yes"], threshold: 0.5 },
    },
    tensors,
  );
  return [json, bytes];
}
