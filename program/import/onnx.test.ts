import { describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import { ProgramError } from "../problem.ts";
import { pickFrom } from "../testing/parity.ts";
import { importOnnx } from "./index.ts";

// A StandardScaler and a DecisionTreeClassifier of two levels on a matrix of two columns, by skl2onnx 1.20 (without
// nodes_hitrates); below what onnxruntime 1.31 gives for four rows.
const model = Buffer.from(
  "CAoSCHNrbDJvbm54GgYxLjIwLjAiB2FpLm9ubngoADIAOoIGClYKAVgSCHZhcmlhYmxlGgZTY2FsZXIiBlNjYWxlcioVCgZvZmZzZXQ9BYdavD12vjM+oAEGKhQKBXNjYWxlPcURij892bCBP6ABBjoKYWkub25ueC5tbArABAoIdmFyaWFibGUSBWxhYmVsEg1wcm9iYWJpbGl0aWVzGhZUcmVlRW5zZW1ibGVDbGFzc2lmaWVyIhZUcmVlRW5zZW1ibGVDbGFzc2lmaWVyKhQKCWNsYXNzX2lkc0AAQABAAKABByoYCg1jbGFzc19ub2RlaWRzQAJAA0AEoAEHKhgKDWNsYXNzX3RyZWVpZHNAAEAAQACgAQcqIQoNY2xhc3Nfd2VpZ2h0cz05jmM/PQAAAAA9AAAAAKABBiogChNjbGFzc2xhYmVsc19zdHJpbmdzSgJoaUoCbG+gAQgqIQoSbm9kZXNfZmFsc2Vub2RlaWRzQARAA0AAQABAAKABByofChBub2Rlc19mZWF0dXJlaWRzQAFAAEAAQABAAKABByouCh9ub2Rlc19taXNzaW5nX3ZhbHVlX3RyYWNrc190cnVlQABAAEAAQABAAKABByo6Cgtub2Rlc19tb2Rlc0oKQlJBTkNIX0xFUUoKQlJBTkNIX0xFUUoETEVBRkoETEVBRkoETEVBRqABCCocCg1ub2Rlc19ub2RlaWRzQABAAUACQANABKABByocCg1ub2Rlc190cmVlaWRzQABAAEAAQABAAKABByogChFub2Rlc190cnVlbm9kZWlkc0ABQAJAAEAAQACgAQcqKgoMbm9kZXNfdmFsdWVzPUy88j49cI0zPz0AAAAAPQAAAAA9AAAAAKABBioZCg5wb3N0X3RyYW5zZm9ybSIETk9ORaABAzoKYWkub25ueC5tbBIgMzVlODNhYzMxMTdiNGYxNTg3MDlhNTUwYjQwODExZjJaEQoBWBIMCgoIARIGCgAKAggCYhEKBWxhYmVsEggKBggIEgIKAGIdCg1wcm9iYWJpbGl0aWVzEgwKCggBEgYKAAoCCAJCDgoKYWkub25ueC5tbBABQgQKABAWQgQKABAW",
  "base64",
);
const rows = [
  { age: 0.5, size: -0.25 },
  { age: -1, size: 0.5 },
  { age: 2, size: 2 },
  { age: 0.1, size: 0.3 },
];
const wanted = [0.8888888955116272, 0.8888888955116272, 0, 0.8888888955116272];
const columns = { X: ["age", "size"] };

function codeOf(bytes: Uint8Array): string {
  try {
    importOnnx(bytes, { columns });
    return "none";
  } catch (error) {
    if (error instanceof ProgramError) return error.code;
    throw error;
  }
}

describe("an ONNX graph", () => {
  test("becomes a program with onnxruntime's scores", () => {
    const { program, tensors } = importOnnx(model, { columns });
    expect(program.outputs.classes).toEqual(["hi", "lo"]);
    const scorer = load({ program, tensors });
    rows.forEach((row, i) => {
      expect(scorer.score(row).score).toBeCloseTo(wanted[i]!, 6);
    });
    expect(scorer.score(rows[2]!).prediction).toBe("hi");
    expect(importOnnx(model).program.inputs.map(({ name }) => name)).toEqual(["X_0", "X_1"]);
  });

  test("that ends early or is altered is refused by code, and never runs on", () => {
    const codes = new Set<string>();
    for (let length = 0; length < model.length; length++) codes.add(codeOf(model.subarray(0, length)));
    const pick = pickFrom(77);
    for (let k = 0; k < 4000; k++) {
      const altered = Uint8Array.from(model);
      for (let each = 0; each <= pick(4); each++) altered[pick(altered.length)] = pick(256);
      codes.add(codeOf(altered));
    }
    for (const code of codes) expect(code).toMatch(/^(none|PROGRAM_[A-Z_]+)$/);
    expect(codes).toContain("PROGRAM_IMPORT_INVALID");
    expect(codes).toContain("PROGRAM_IMPORT_UNSUPPORTED");
  });
});
