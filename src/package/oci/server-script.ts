/** `server.mjs`: an HTTP server over `model.mjs` for an image that has Node. */
export const serverScript: string = `// Serves the model beside it over the Open Inference Protocol (/v2) and MLflow's /invocations.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import * as model from "./model.mjs";

const { classes, inputs, score, task } = model;

const { name, version, content, runtime: verified, tolerance = 0, golden } = JSON.parse(
  readFileSync(new URL("./model.json", import.meta.url)),
);
const here = {
  node: process.versions.node,
  architecture: process.arch,
  ...model.runtime,
  ...(process.env.MILLRACE_IMAGE_DIGEST ? { image: process.env.MILLRACE_IMAGE_DIGEST } : {}),
};
const differences = Object.keys(here)
  .filter((what) => verified[what] !== undefined && verified[what] !== here[what])
  .map((what) => ({ what, verified: verified[what], here: here[what] }));
// MILLRACE_RUNTIME is warn (default) or refuse; golden rows that come out otherwise are never served.
const policy = process.env.MILLRACE_RUNTIME ?? "warn";
const told = differences.map((one) => one.what + " " + one.here + ", verified " + one.verified).join("; ");
if (policy !== "warn" && policy !== "refuse") stop("MILLRACE_RUNTIME is neither warn nor refuse");
for (const { row, scored: wanted } of golden) {
  const given = score(row);
  const gap = Math.abs(given.score - Number(wanted.score));
  const isNear = tolerance > 0 && given.score !== null && gap <= tolerance * Math.max(1, Math.abs(given.score));
  if (!isNear && (String(given.score) !== wanted.score || String(given.prediction) !== wanted.prediction))
    stop("a golden row is scored otherwise here");
}
if (told !== "" && policy === "refuse") stop("the runtime is not what was verified: " + told);
if (told !== "") console.error("warning: the runtime is not what was verified: " + told);

function stop(why) {
  console.error(name + " is not served: " + why);
  process.exit(1);
}

const port = Number(process.env.PORT ?? 8080);
const mostBytes = 64 * 1024 * 1024;
const dataTypes = { number: "FP64", integer: "INT64", bool: "BOOL", timestamp: "BYTES", string: "BYTES" };
const metadata = {
  name,
  versions: [version],
  platform: "millrace",
  inputs: inputs.map((input) => ({ name: input.name, datatype: dataTypes[input.type], shape: [-1] })),
  outputs: [
    { name: "prediction", datatype: task === "regression" ? "FP64" : "BYTES", shape: [-1] },
    { name: "score", datatype: "FP64", shape: [-1] },
  ],
};

class Refused extends Error {}

function rowsOf(columns) {
  if (columns.length === 0) throw new Refused("there are no inputs");
  const count = columns[0].data.length;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      columns.map(({ name: column, data }) => {
        if (!Array.isArray(data) || data.length !== count) throw new Refused("the inputs have different lengths");
        return [column, data[row]];
      }),
    ),
  );
}

function scored(rows) {
  return rows.map((row, at) => {
    if (typeof row !== "object" || row === null) throw new Refused("row " + (at + 1) + " is no object");
    try {
      return score(row);
    } catch (error) {
      throw new Refused("row " + (at + 1) + ": " + error.message);
    }
  });
}

function infer({ id, inputs: given }) {
  if (!Array.isArray(given)) throw new Refused("the request has no inputs");
  const results = scored(rowsOf(given.map((one) => ({ name: one.name, data: (one.data ?? []).flat() }))));
  const outputs = metadata.outputs.map((output) => ({
    ...output,
    shape: [results.length],
    data: results.map((one) => one[output.name]),
  }));
  if (task === "multiclass")
    for (const one of classes)
      outputs.push({
        name: "score_" + one,
        datatype: "FP64",
        shape: [results.length],
        data: results.map(({ scores }) => scores?.[one] ?? null),
      });
  return { model_name: name, model_version: version, ...(id === undefined ? {} : { id }), outputs };
}

function invocations(body) {
  if (Array.isArray(body.dataframe_records)) return { predictions: scored(body.dataframe_records) };
  if (body.dataframe_split !== undefined) {
    const { columns, data } = body.dataframe_split;
    if (!Array.isArray(columns) || !Array.isArray(data)) throw new Refused("dataframe_split needs columns and data");
    return { predictions: scored(data.map((cells) => Object.fromEntries(columns.map((column, k) => [column, cells[k]])))) };
  }
  throw new Refused("the request has neither dataframe_records nor dataframe_split");
}

async function bodyOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > mostBytes) throw new Refused("the request is larger than " + mostBytes + " bytes");
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (typeof body === "object" && body !== null) return body;
  } catch {
    throw new Refused("the request is not JSON");
  }
  throw new Refused("the request is no object");
}

async function answer({ method, url }, request) {
  const path = new URL(url, "http://localhost").pathname.replace("/versions/" + version, "");
  const model = "/v2/models/" + encodeURIComponent(name);
  if (method === "GET" && path === "/v2") return { name: "millrace", version, extensions: [] };
  if (method === "GET" && (path === "/v2/health/live" || path === "/v2/health/ready" || path === "/ping" || path === "/healthz")) return {};
  if (method === "GET" && path === "/readyz") return { ready: true, content, runtime: { here, verified, differences } };
  if (method === "GET" && path === model + "/ready") return { name, ready: true };
  if (method === "GET" && path === model) return metadata;
  if (method === "POST" && path === model + "/infer") return infer(await bodyOf(request));
  if (method === "POST" && path === "/invocations") return invocations(await bodyOf(request));
  return undefined;
}

const server = createServer(async (request, response) => {
  const send = (status, value) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  try {
    const value = await answer(request, request);
    if (value === undefined) send(404, { error: "there is nothing at this address" });
    else send(200, value);
  } catch (error) {
    if (error instanceof Refused) send(400, { error: error.message });
    else send(500, { error: "the model could not be run" });
  }
});
server.listen(port, () => console.log("serving " + name + " on port " + port));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => server.close(() => process.exit(0)));
`;
