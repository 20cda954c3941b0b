import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Program, Tensors } from "../../model.ts";
import { csvFiles, csvSuites } from "../../testing/csv-files.ts";
import { elementaryCases } from "../../testing/elementary-cases.ts";
import { expectGraphsToAgree, filterDifference } from "../../testing/fixtures/tape.ts";
import { largeModel, unusualTrees } from "../../testing/large-models.ts";
import { oddNames } from "../../testing/odd-programs.ts";
import { type ParityCase, randomCases } from "../../testing/parity.ts";
import { readings } from "../../testing/readings.ts";
import { goCompiler } from "./compiler.ts";

const found = spawnSync("go", ["version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "millrace-go-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** What may fuse does: v3 has fused multiply-add. */
const environment = { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off", GOTOOLCHAIN: "local", GOAMD64: "v3" };

interface Model {
  readonly program: Program;
  readonly tensors: Tensors;
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Many models in one module, so that what they share is compiled once; gives their filters. */
function build(models: readonly Model[], more: Readonly<Record<string, string>> = {}): string[] {
  const place = mkdtempSync(join(folder, "module-"));
  write(join(place, "go.mod"), "module many\n\ngo 1.21\n");
  models.forEach(({ program, tensors }, i) => {
    const { files } = goCompiler.compile(program, tensors, { name: "churn-model", version: 3 });
    for (const { path, content } of files)
      if (path !== "go.mod")
        write(
          join(place, `m${i}`, path),
          content.toString().replace('"millrace.local/churn_model/model"', `"many/m${i}/model"`),
        );
  });
  for (const [path, content] of Object.entries(more)) write(join(place, path), content);
  mkdirSync(join(place, "bin"));
  const { stderr, status } = spawnSync("go", ["build", "-o", "bin/", "./..."], {
    cwd: place,
    env: environment,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return models.map((_, i) => join(place, "bin", `m${i}`));
}

const run = (filter: string, input: string | Uint8Array) => {
  const { stdout, stderr, status } = spawnSync(filter, { input, maxBuffer: 1 << 28 });
  return { stdout: stdout.toString(), stderr: stderr.toString(), status };
};

function agree(cases: readonly ParityCase[]): void {
  const filters = build(cases);
  cases.forEach(({ csv, expected, notes }, i) => {
    expect(run(filters[i]!, csv)).toEqual({ stdout: expected, stderr: notes, status: 0 });
  });
}

/** Scores the rows of standard input one by one and together. */
const together = `package model

import (
	"bufio"
	"os"
)

func Together() string {
	from := &csvReader{in: bufio.NewReader(os.Stdin)}
	ends, _ := from.next()
	names := map[string]int{}
	before := 0
	for k, end := range ends {
		names[string(from.bytes[before:end])] = k
		before = end
	}
	var rows []Row
	for {
		ends, err := from.next()
		if err != nil {
			break
		}
		row := NewRow()
		fields := row.fields()
		for k := range Inputs {
			at, start := names[Inputs[k].Name], 0
			if at > 0 {
				start = ends[at-1]
			}
			Inputs[k].read(string(from.bytes[start:ends[at]]), fields[k])
		}
		rows = append(rows, row)
	}
	results := make([]Result, len(rows))
	if done, err := ScoreRows(rows, results); err != nil || done != len(rows) {
		return "refused"
	}
	out := []byte(header)
	for i := range rows {
		one, err := Score(&rows[i])
		line := results[i].appendLine(nil)
		if err != nil || string(one.appendLine(nil)) != string(line) {
			return "differs"
		}
		out = append(out, line...)
	}
	return string(out)
}
`;

describe.skipIf(!found)("Go", () => {
  test(
    "writes what the interpreter gives, to the byte, for graphs and rows that fast-check draws",
    {
      timeout: 300_000,
    },
    () =>
      expectGraphsToAgree({ graphs: 25, texts: 6, rows: 150, seed: 201 }, (cases) => {
        const filters = build(cases);
        return cases.map((one, i) => filterDifference(one, run(filters[i]!, one.csv)));
      }),
  );

  test("scores many rows as it scores one", { timeout: 120_000 }, () => {
    const cases = randomCases(202, 8, 203);
    const more = cases.flatMap((_, i) => [
      [`m${i}/model/together.go`, together],
      [
        `t${i}/main.go`,
        `package main\n\nimport (\n\t"many/m${i}/model"\n\t"os"\n)\n\nfunc main() { os.Stdout.WriteString(model.Together()) }\n`,
      ],
    ]);
    const filters = build(cases, Object.fromEntries(more));
    cases.forEach(({ csv, expected }, i) => {
      expect(run(filters[i]!.replace(/m(\d+)$/, "t$1"), csv)).toEqual({ stdout: expected, stderr: "", status: 0 });
    });
  });

  test("keeps the texts of a program texts", { timeout: 60_000 }, () => {
    agree([oddNames()]);
  });

  test("reads and refuses texts as the interpreter does", { timeout: 120_000 }, () => {
    const all = readings();
    const filters = build(all.map(({ program }) => ({ program, tensors: new Map() })));
    all.forEach(({ good, bad }, i) => {
      expect(run(filters[i]!, good.csv)).toEqual({ stdout: good.expected, stderr: "", status: 0 });
      for (const { csv, error } of bad)
        expect(run(filters[i]!, csv)).toEqual({ stdout: "prediction,score\n", stderr: error, status: 1 });
    });
  });

  test("reads CSV by RFC 4180 and says what is wrong with it", { timeout: 60_000 }, () => {
    const filters = build(csvSuites);
    for (const { suite, file, out, error, warning = "", note = "" } of csvFiles)
      expect(run(filters[suite]!, file), JSON.stringify(file)).toEqual({
        stdout: `prediction,score\n${out}`,
        stderr: warning + error + note,
        status: error === "" ? 0 : 1,
      });
  });

  test("takes unusual and large models", { timeout: 300_000 }, () => {
    agree([unusualTrees(), largeModel()]);
  });

  test("has the program's elementary functions, to the bit", { timeout: 60_000 }, () => {
    const names = ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid"];
    const cases = elementaryCases();
    const elementary = `package model

import (
	"bufio"
	"fmt"
	"math"
	"os"
)

func Elementary() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	functions := map[string]func(float64) float64{${names.map((name) => `"${name}": ${name}`).join(", ")}}
	for {
		var name string
		var a, b uint64
		if n, _ := fmt.Fscanf(in, "%s %x", &name, &a); n < 2 {
			return
		}
		var y float64
		if name == "pow" {
			fmt.Fscanf(in, "%x", &b)
			y = pow(math.Float64frombits(a), math.Float64frombits(b))
		} else {
			y = functions[name](math.Float64frombits(a))
		}
		bits := math.Float64bits(y)
		if y != y {
			bits = 0x7ff8000000000000
		}
		fmt.Fprintf(out, "%016x\\n", bits)
		in.ReadString('\\n')
	}
}
`;
    const main = 'package main\n\nimport "many/m0/model"\n\nfunc main() { model.Elementary() }\n';
    const [filter] = build([randomCases(203, 1, 1)[0]!], {
      "m0/model/elementary.go": elementary,
      "elementary/main.go": main,
    });
    const input = cases.map((one) => `${one.name} ${one.arguments}\n`).join("");
    const given = run(filter!.replace(/m0$/, "elementary"), input).stdout.trim().split("\n");
    expect(given).toEqual(cases.map(({ result }) => result));
  });
});
