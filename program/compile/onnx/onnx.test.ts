import { describe, expect, test } from "vitest";
import { pickFrom, randomCases } from "../../testing/parity.ts";
import { randomProgram } from "../../testing/random-program.ts";
import { onnxCompiler } from "./compiler.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { ProtobufWriter } from "./protobuf.ts";

describe("protobuf", () => {
  // Examples of protobuf.dev/programming-guides/encoding, and −1 and 2^53 − 1 as Int64Encoder of PyPI's protobuf 7.36 writes them.
  test.each([
    [new ProtobufWriter().integer(1, 150), "089601"],
    [new ProtobufWriter().text(2, "testing"), "120774657374696e67"],
    [new ProtobufWriter().message(3, new ProtobufWriter().integer(1, 150)), "1a03089601"],
    [new ProtobufWriter().integer(1, -1), "08ffffffffffffffffff01"],
    [new ProtobufWriter().integer(1, Number.MAX_SAFE_INTEGER), "08ffffffffffffff0f"],
  ])("writes the documented bytes: %#", (writer, wanted) => {
    expect(Buffer.from(writer.finish()).toString("hex")).toBe(wanted);
  });
});

describe("a graph", () => {
  test("keeps equal nodes once, leaves out what no output needs, and never takes a given name", () => {
    const builder = new GraphBuilder(["x", "v0", "c1"]);
    const one = builder.double(1);
    const sum = builder.node("Add", ["x", one]);
    expect(builder.node("Add", ["x", builder.double(1)])).toBe(sum);
    builder.node("Neg", [builder.double(2)]);
    builder.output("y", "Mul", [sum, sum]);
    const { nodes, constants } = builder.built(["y"]);
    expect(nodes.map((node) => "op" in node && node.op)).toEqual(["Add", "Mul"]);
    expect([...constants.keys()]).toEqual([one]);
    expect(["x", "v0", "c1"]).not.toContain(sum);
  });
});

describe("ONNX export", () => {
  test("gives the same bytes for the same program", () => {
    for (const [k, { program, tensors }] of randomCases(8, 30, 1).entries()) {
      const options = { name: `model ${k}`, version: k, digest: "sha256:00" };
      const again = structuredClone({ program, tensors });
      expect(onnxCompiler.compile(again.program, again.tensors, options)).toEqual(
        onnxCompiler.compile(program, tensors, options),
      );
      expect(onnxCompiler.supports(program, tensors)).toEqual([]);
    }
  });

  test("says in the file what it is", () => {
    const { program, tensors } = randomProgram(pickFrom(4));
    const [file] = onnxCompiler.compile(program, tensors, { name: "churn", version: 7, digest: "sha256:abc" }).files;
    const text = Buffer.from(file!.content).toString("latin1");
    for (const part of ["millrace.digest", "sha256:abc", "millrace.inputs", "millrace.task", "churn", "Missing is NaN"])
      expect(text).toContain(part);
  });
});
