import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, decodeProgram, type JsonObject, type Program, readModelFile, type Tensors } from "../index.ts";
import { randomProgram } from "../testing/random-program.ts";
import { encodeProgram, writeModelFile } from "../write.ts";

const program: Program = {
  format: 1,
  inputs: [{ name: "x", type: "number", missingAllowed: true }],
  nodes: [{ op: "linear", version: 1, inputs: [0], attributes: { weights: { tensor: "w" }, bias: { tensor: "b" } } }],
  outputs: { task: "regression", score: 1 },
};
const tensors: Tensors = new Map([
  ["w", { type: "f64", values: Float64Array.of(Number.POSITIVE_INFINITY) }],
  ["unused", { type: "u8", values: Uint8Array.of(1) }],
  ["b", { type: "f64", values: Float64Array.of(0.5) }],
]);
const files = encodeProgram(program, tensors);
const changed = (change: (value: { [key: string]: unknown }) => void) => {
  const value = JSON.parse(files.json) as { [key: string]: unknown };
  change(value);
  return canonicalJson(value as JsonObject);
};

describe("encodeProgram and decodeProgram", () => {
  it("lays tensors out little-endian, aligned to 64 bytes, by name, and leaves unread ones out", () => {
    expect(files.json).toContain(
      '"tensors":{"b":{"length":1,"offset":0,"type":"f64"},"w":{"length":1,"offset":64,"type":"f64"}}',
    );
    expect(files.tensors.length).toBe(72);
    expect([...files.tensors.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0xe0, 0x3f]);
  });

  it("gives back what it wrote", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e6), { minLength: 60, maxLength: 300 }), (tape) => {
        let at = 0;
        const random = randomProgram((n) => (tape[at++ % tape.length]! + at) % n);
        const encoded = encodeProgram(random.program, random.tensors);
        const decoded = decodeProgram(encoded.json, encoded.tensors);
        expect(decoded.program).toEqual(random.program);
        for (const [name, tensor] of decoded.tensors) expect(tensor).toEqual(random.tensors.get(name));
        expect(encodeProgram(decoded.program, decoded.tensors)).toEqual(encoded);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses files that are not canonical, of another format, too deep, or of other bytes", () => {
    const code = (json: string, bytes = files.tensors) => {
      try {
        decodeProgram(json, bytes);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "none";
    };
    expect(code(files.json)).toBe("none");
    expect(code(`${files.json} `)).toBe("PROGRAM_JSON_INVALID");
    expect(code("{")).toBe("PROGRAM_JSON_INVALID");
    expect(code("[]")).toBe("PROGRAM_JSON_INVALID");
    expect(code("[".repeat(100_000))).toBe("PROGRAM_LIMIT_EXCEEDED");
    expect(code(changed((value) => (value.format = 3)))).toBe("PROGRAM_FORMAT_UNKNOWN");
    // format 2 says that there is something of it
    expect(code(changed((value) => (value.format = 2)))).toBe("PROGRAM_GRAPH_INVALID");
    expect(code(changed((value) => (value.extra = 1)))).toBe("PROGRAM_GRAPH_INVALID");
    expect(code(changed((value) => delete value.outputs))).toBe("PROGRAM_GRAPH_INVALID");
    expect(code(changed((value) => (value.nodes = [null])))).toBe("PROGRAM_GRAPH_INVALID");
    expect(code(changed((value) => (value.inputs = {})))).toBe("PROGRAM_GRAPH_INVALID");
    expect(code(changed((value) => (value.tensors = null)))).toBe("PROGRAM_TENSOR_INVALID");
    expect(code(files.json, files.tensors.subarray(1))).toBe("PROGRAM_TENSOR_INVALID");
    expect(code(files.json, Uint8Array.of(...files.tensors, 0))).toBe("PROGRAM_TENSOR_INVALID");
    const padded = files.tensors.slice();
    padded[20] = 1;
    expect(code(files.json, padded)).toBe("PROGRAM_TENSOR_INVALID");
    const entry = (change: object) => changed((value) => Object.assign((value.tensors as { w: object }).w, change));
    for (const change of [{ offset: 0 }, { length: 1e15 }, { length: -1 }, { type: "f16" }, { type: "constructor" }])
      expect(code(entry(change))).toBe("PROGRAM_TENSOR_INVALID");
    const nan = files.tensors.slice();
    nan.fill(0xff, 0, 8);
    expect(code(files.json, nan)).toBe("PROGRAM_TENSOR_INVALID");
  });

  it("answers any mutilated file with a ProgramError, or reads it", () => {
    const texts = [
      "",
      "__proto__",
      "linear",
      "tensor",
      "w",
      0,
      -1,
      1e9,
      null,
      true,
      [],
      {},
      [[]],
      { tensor: "w" },
      0.5,
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 3, maxLength: 8 }), fc.constantFrom(...texts), (path, value) => {
        const root = JSON.parse(files.json) as Record<string, unknown>;
        let at: Record<string, unknown> = root;
        for (const step of path) {
          const keys = Object.keys(at);
          const key = keys[step % keys.length] ?? "extra";
          const next = at[key];
          if (typeof next !== "object" || next === null || step % 5 === 0) {
            Object.defineProperty(at, key, { value, enumerable: true, writable: true, configurable: true });
            break;
          }
          at = next as Record<string, unknown>;
        }
        try {
          decodeProgram(canonicalJson(root as JsonObject), files.tensors);
        } catch (error) {
          expect((error as Error).name, (error as Error).stack).toBe("ProgramError");
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses hostile names and references", () => {
    const input = (change: object) => ({ ...program, inputs: [{ ...program.inputs[0]!, ...change }] }) as Program;
    expect(() => encodeProgram(input({ name: "__proto__" }), tensors)).toThrow(/__proto__/);
    expect(() => encodeProgram(input({ name: "x".repeat(2000) }), tensors)).toThrow(
      /2000 characters; the most is 1024/,
    );
    expect(() => encodeProgram(input({ type: "date" }), tensors)).toThrow(/type date/);
    const node = (change: object) => ({ ...program, nodes: [{ ...program.nodes[0]!, ...change }] }) as Program;
    for (const inputs of [[1], [-1], [0.5], ["0"], [null]])
      expect(() => encodeProgram(node({ inputs }), tensors)).toThrow(/only values 0 … 0 come before it/);
    expect(() => encodeProgram(node({ op: "constructor" }), tensors)).toThrow(/does not have/);
    expect(() => encodeProgram(node({ version: 2 }), tensors)).toThrow(/version 2/);
    expect(() => encodeProgram(node({ attributes: { weights: { tensor: "nope" }, bias: 0 } }), tensors)).toThrow(
      /"nope", which is not there/,
    );
    expect(() => encodeProgram({ ...program, outputs: { task: "regression", score: 7 } }, tensors)).toThrow(/value 7/);
    const classes = { task: "binary", score: 1, classes: ["a", "a"] } as const;
    expect(() => encodeProgram({ ...program, outputs: classes }, tensors)).toThrow(/twice/);
    const many = Array.from({ length: 1_000_001 }, () => program.nodes[0]!);
    expect(() => encodeProgram({ ...program, nodes: many }, tensors)).toThrow(/1000001; the most is 1000000/);
  });
});

describe("writeModelFile and readModelFile", () => {
  it("gives the same bytes for the same parts, and the parts back", () => {
    const parts = { program, tensors, card: { title: "é" }, producer: "millrace 0.1.0" };
    const bytes = writeModelFile(parts);
    expect(writeModelFile(parts)).toEqual(bytes);
    const read = readModelFile(bytes);
    expect(read).toMatchObject({ program, card: { title: "é" }, producer: "millrace 0.1.0", json: files.json });
    expect(read.digest).toBe(readModelFile(writeModelFile({ program, tensors })).digest);
    expect(read.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("refuses a changed part even where the zip's checksum was mended", () => {
    const bytes = Buffer.from(writeModelFile({ program, tensors, card: { title: "good" } }));
    expect(() => readModelFile(bytes.subarray(0, 100))).toThrow(/not a zip/);
    const at = bytes.indexOf("good");
    bytes.write("evil", at);
    expect(() => readModelFile(bytes)).toThrow(/checksum/);
  });
});
