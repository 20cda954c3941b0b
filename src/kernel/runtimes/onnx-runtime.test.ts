import { load } from "@millrace/program";
import { externalRuntimes } from "@millrace/program/external";
import { importOnnx, importOpaqueOnnx, inspectOnnx } from "@millrace/program/import";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMillraceError } from "../errors/millrace-error.ts";
import { onnxRuntime } from "./onnx-runtime.ts";

// StandardScaler and DecisionTreeClassifier of two levels on a matrix of two columns, by skl2onnx 1.20.
const model = Buffer.from(
  "CAoSCHNrbDJvbm54GgYxLjIwLjAiB2FpLm9ubngoADIAOoIGClYKAVgSCHZhcmlhYmxlGgZTY2FsZXIiBlNjYWxlcioVCgZvZmZzZXQ9BYdavD12vjM+oAEGKhQKBXNjYWxlPcURij892bCBP6ABBjoKYWkub25ueC5tbArABAoIdmFyaWFibGUSBWxhYmVsEg1wcm9iYWJpbGl0aWVzGhZUcmVlRW5zZW1ibGVDbGFzc2lmaWVyIhZUcmVlRW5zZW1ibGVDbGFzc2lmaWVyKhQKCWNsYXNzX2lkc0AAQABAAKABByoYCg1jbGFzc19ub2RlaWRzQAJAA0AEoAEHKhgKDWNsYXNzX3RyZWVpZHNAAEAAQACgAQcqIQoNY2xhc3Nfd2VpZ2h0cz05jmM/PQAAAAA9AAAAAKABBiogChNjbGFzc2xhYmVsc19zdHJpbmdzSgJoaUoCbG+gAQgqIQoSbm9kZXNfZmFsc2Vub2RlaWRzQARAA0AAQABAAKABByofChBub2Rlc19mZWF0dXJlaWRzQAFAAEAAQABAAKABByouCh9ub2Rlc19taXNzaW5nX3ZhbHVlX3RyYWNrc190cnVlQABAAEAAQABAAKABByo6Cgtub2Rlc19tb2Rlc0oKQlJBTkNIX0xFUUoKQlJBTkNIX0xFUUoETEVBRkoETEVBRkoETEVBRqABCCocCg1ub2Rlc19ub2RlaWRzQABAAUACQANABKABByocCg1ub2Rlc190cmVlaWRzQABAAEAAQABAAKABByogChFub2Rlc190cnVlbm9kZWlkc0ABQAJAAEAAQACgAQcqKgoMbm9kZXNfdmFsdWVzPUy88j49cI0zPz0AAAAAPQAAAAA9AAAAAKABBioZCg5wb3N0X3RyYW5zZm9ybSIETk9ORaABAzoKYWkub25ueC5tbBIgMzVlODNhYzMxMTdiNGYxNTg3MDlhNTUwYjQwODExZjJaEQoBWBIMCgoIARIGCgAKAggCYhEKBWxhYmVsEggKBggIEgIKAGIdCg1wcm9iYWJpbGl0aWVzEgwKCggBEgYKAAoCCAJCDgoKYWkub25ueC5tbBABQgQKABAWQgQKABAW",
  "base64",
);
const options = { columns: { X: ["age", "size"] }, classes: ["hi", "lo"] };

function codeOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    if (isMillraceError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
}

/** A field of protobuf that holds bytes. */
const field = (number: number, bytes: Uint8Array | string): Buffer => {
  const held = Buffer.from(bytes);
  const size: number[] = [];
  for (let left = held.length; ; left >>= 7) {
    size.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) break;
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...size]), held]);
};

describe("an ONNX graph as one opaque node", () => {
  test("scores as the program of the same graph, row by row and in columns", () => {
    const opaque = importOpaqueOnnx(model, options);
    expect(opaque.program.nodes.map(({ op }) => op)).toEqual(["onnxModel", "element"]);
    const [own, graph] = [load(importOnnx(model, options)), load(opaque, externalRuntimes({ onnx: onnxRuntime }))];
    const ages: number[] = [];
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, min: -3, max: 3 }),
        fc.float({ noNaN: true, min: -3, max: 3 }),
        (age, size) => {
          ages.push(age);
          const [wanted, found] = [own.score({ age, size }), graph.score({ age, size })];
          expect(Math.abs(wanted.score! - found.score!)).toBeLessThan(1e-6);
          expect(found.prediction).toBe(wanted.prediction);
        },
      ),
    );
    const values = Float64Array.from(ages);
    const frame = {
      rows: values.length,
      columns: new Map([
        ["age", { type: "number" as const, values }],
        ["size", { type: "number" as const, values }],
      ]),
    };
    const rows = ages.map((age) => graph.score({ age, size: age }).score);
    expect([...graph.scoreFrame(frame).score]).toEqual(rows);
  });

  test("needs a runtime, and says so", () => {
    expect(() => load(importOpaqueOnnx(model, options))).toThrow(/needs a runtime/);
  });

  test("is refused where its bytes are not what the program says", () => {
    const { program, tensors } = importOpaqueOnnx(model, options);
    const bytes = Uint8Array.from(model);
    bytes[40]! ^= 1;
    const altered = new Map(tensors).set("onnx.model", { type: "u8", values: bytes });
    expect(() => load({ program, tensors: altered }, externalRuntimes({ onnx: onnxRuntime }))).toThrow(
      /another digest than its bytes/,
    );
  });

  test("that reaches outside its bytes is refused before onnxruntime sees it", () => {
    const external = field(5, field(13, field(1, "location")));
    const initializer = field(7, external);
    const inAttribute = field(
      7,
      field(1, Buffer.concat([field(4, "If"), field(5, field(6, field(5, Buffer.from([14 << 3, 1]))))])),
    );
    const other = field(7, field(1, Buffer.concat([field(4, "Run"), field(7, "evil.ops")])));
    const context = field(7, field(1, Buffer.concat([field(4, "EPContext"), field(7, "com.microsoft")])));
    for (const [bytes, why] of [
      [initializer, "data in other files"],
      [inAttribute, "data in other files"],
      [other, 'operators of the domain "evil.ops"'],
      [context, "the operator EPContext"],
    ] as const) {
      expect(() => inspectOnnx(bytes)).toThrow(why);
      expect(codeOf(() => onnxRuntime.open(bytes))).toContain("KERNEL_RUNTIME_REFUSED");
    }
    let deep: Buffer = field(1, field(4, "Relu"));
    for (let k = 0; k < 100; k++) deep = field(1, field(5, field(6, deep)));
    expect(() => inspectOnnx(field(7, deep))).toThrow("nested more than 32 deep");
  });

  test("that ends early or is altered is refused by code, and never takes the process along", () => {
    const codes = new Set<string>();
    for (let length = 0; length < model.length; length += 7)
      codes.add(codeOf(() => onnxRuntime.open(model.subarray(0, length))).split(" ")[0]!);
    expect([...codes].filter((code) => code !== "none")).toEqual(["KERNEL_RUNTIME_REFUSED"]);
  });
});
