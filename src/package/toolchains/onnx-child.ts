// Runs one ONNX model over columns: JSON in on stdin, JSON out on stdout.
import { readFileSync } from "node:fs";
import type { ChildAnswer, ChildJob } from "./child-job.ts";

const job = JSON.parse(readFileSync(0, "utf8")) as ChildJob;
const { InferenceSession, Tensor } = await import("onnxruntime-node");
const session = await InferenceSession.create(job.model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const shape = [job.rows, 1];
const feeds = Object.fromEntries(
  session.inputNames.map((name, k) => {
    const { kind, values } = job.columns[k]!;
    if (kind === "text")
      return [
        name,
        new Tensor(
          "string",
          values.map((value) => value ?? ""),
          shape,
        ),
      ];
    const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
    return [name, new Tensor("float64", numbers, shape)];
  }),
);
const results = await session.run(feeds);
const { score, prediction, scores } = results;
const classes = scores === undefined ? 0 : scores.data.length / job.rows;
const cell = (value: unknown) => (value === "" || Number.isNaN(value) ? null : String(value));
const answer: ChildAnswer = Array.from({ length: job.rows }, (_, row) => [
  cell(prediction!.data[row]),
  cell(score!.data[row]),
  ...Array.from({ length: classes }, (_, k) => cell(scores!.data[row * classes + k])),
  ...(job.extras ?? []).map((name) => extraCell(name, row)),
]);

/** A set comes as a row of 0 and 1. */
function extraCell(name: string, row: number): string | null {
  const { data } = results[name]!;
  if (name !== "set") return cell(data[row]);
  const members = job.classes!.map((_, k) => Number(data[row * job.classes!.length + k]));
  return Number.isNaN(members[0]) ? null : JSON.stringify(job.classes!.filter((_, k) => members[k] === 1));
}
process.stdout.write(JSON.stringify(answer));
