import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { operatorTable } from "../index.ts";
import type { InputType, Program, ProgramInput, ProgramNode, Tensor } from "../model.ts";
import { typeOfInput } from "../operators/operator.ts";
import { pickFrom } from "../testing/parity.ts";
import { randomProgram } from "../testing/random-program.ts";
import { textCases } from "../testing/text-cases.ts";
import { checkGraph } from "../validate.ts";
import { compilers } from "./index.ts";
import type { CompileOptions } from "./model.ts";

interface Graph {
  readonly inputs: readonly ProgramInput[];
  readonly nodes: readonly ProgramNode[];
  readonly tensors: Map<string, Tensor>;
}

/** A program whose score depends on one value of a graph. */
function scoring({ inputs, nodes, tensors }: Graph, ref: number): Program {
  const all = [...nodes];
  const types = [...inputs.map(typeOfInput), ...checkGraph(inputs, nodes, tensors).map(({ result }) => result)];
  const add = (op: string, from: number, attributes = {}) => {
    all.push({ op, version: 1, inputs: [from], attributes });
    return inputs.length + all.length - 1;
  };
  const { type } = types[ref]!;
  const isNumber = type === "number" || type === "integer";
  const number = type === "vector" ? add("element", ref, { index: 0 }) : add(isNumber ? "abs" : "isMissing", ref);
  return { format: 1, inputs, nodes: all, outputs: { task: "regression", score: number } };
}

/** Graphs that have every operator between them. */
function graphs(): Graph[] {
  const pick = pickFrom(5);
  const random = Array.from({ length: 60 }, () => randomProgram(pick));
  return [...random, ...textCases(5, 4, 0)].map(({ program: { inputs, nodes }, tensors }) => ({
    // a score alone is of format 1, which has no policies
    inputs: inputs.map(({ invalid: _, ...input }) => ({ ...input, missingAllowed: true })),
    nodes,
    tensors,
  }));
}

const sample = graphs();
const targets: readonly (readonly [string, Partial<CompileOptions>])[] = [
  ...["ts", "js", "python", "c", "java", "go", "onnx"].map((name) => [name, {}] as const),
  ...(["duckdb", "postgres", "sqlite"] as const).map((dialect) => ["sql", { dialect }] as const),
];

/** An operator is lacking where each of its nodes over inputs alone is refused. */
function lacking(name: string, options: Partial<CompileOptions>): string[] {
  const compiler = compilers.get(name as "js")!;
  return [...operatorTable.keys()].sort().filter((op) => {
    let seen = 0;
    for (const graph of sample)
      for (const [k, node] of graph.nodes.entries()) {
        if (node.op !== op) continue;
        seen++;
        if (compiler.supports(scoring(graph, graph.inputs.length + k), graph.tensors, options).length === 0)
          return false;
      }
    expect(seen, op).toBeGreaterThan(0);
    return true;
  });
}

const inputTypes: readonly InputType[] = ["number", "integer", "bool", "timestamp", "string", "strings", "vector"];

function lackingInputs(name: string, options: Partial<CompileOptions>): string[] {
  return inputTypes.filter((type) => {
    const inputs: ProgramInput[] = [{ name: "x", type, missingAllowed: true, ...(type === "vector" && { width: 2 }) }];
    const nodes: ProgramNode[] = [{ op: "isMissing", version: 1, inputs: [0], attributes: {} }];
    const program: Program = { format: 1, inputs, nodes, outputs: { task: "regression", score: 1 } };
    return compilers.get(name as "js")!.supports(program, new Map(), options).length > 0;
  });
}

test("docs/reference/program.md says what each target lacks", () => {
  const page = readFileSync(new URL("../../docs/reference/program.md", import.meta.url), "utf8");
  const lines = targets.map(([name, options]) => {
    const { exact, tolerance } = compilers.get(name as "js")!.traits;
    const listed = (items: readonly string[]) => items.map((item) => `\`${item}\``).join(" ") || "none";
    const title = options.dialect === undefined ? `\`${name}\`` : `\`${name}\`, ${options.dialect}`;
    const how = exact ? "to the bit" : `within ${tolerance}`;
    return `| ${title} | ${how} | ${listed(lacking(name, options))} | ${listed(lackingInputs(name, options))} |`;
  });
  const table = `| target | exact | operators that it lacks | inputs that it lacks |\n|---|---|---|---|\n${lines.join("\n")}\n`;
  expect(page).toContain(table);
});
