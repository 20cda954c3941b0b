import type { Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { growErrorTree } from "#evaluate";
import { randomStream } from "#kernel";

/** Errors are many where the site is "c" and the shift is night; `noise` says nothing. */
function rowsOf(n: number) {
  const random = randomStream(5, "errors");
  const pick = (values: readonly string[]) =>
    Int32Array.from({ length: n }, () => Math.floor(random.uniform() * values.length));
  const sites = ["a", "b", "c"];
  const shifts = ["day", "night"];
  const [site, shift, noise] = [pick(sites), pick(shifts), pick(sites)];
  const labels = Array.from({ length: n }, () => (random.uniform() < 0.5 ? 1 : 0));
  const scores = Float64Array.from(labels, (label, i) => {
    const right = random.uniform() < (site[i] === 2 && shift[i] === 1 ? 0.5 : 0.95);
    return (label === 1) === right ? 0.9 : 0.1;
  });
  const frame: Frame = {
    rows: n,
    columns: new Map([
      ["site", { type: "string", levels: sites, codes: site }],
      ["shift", { type: "string", levels: shifts, codes: shift }],
      ["noise", { type: "string", levels: sites, codes: noise }],
    ]),
  };
  return { input: { scores, labels }, frame };
}

test("asks for the planted cause first, and for nothing that says nothing", () => {
  const { input, frame } = rowsOf(3000);
  const { root, loss } = growErrorTree("binary", input, frame, { columns: ["noise", "shift", "site"] });
  expect(loss).toBe("log loss");
  const asked = new Set<string>();
  let worst = root;
  const walk = (node: typeof root): void => {
    if (node.split === undefined) {
      if (node.meanLoss! > worst.meanLoss!) worst = node;
      return;
    }
    asked.add(node.split.column);
    expect(node.split.holds.rows + node.split.others.rows).toBe(node.rows);
    walk(node.split.holds);
    walk(node.split.others);
  };
  walk(root);
  expect([...asked].sort()).toEqual(["shift", "site"]);
  const planted = frame.columns.get("site") as { codes: Int32Array };
  const night = frame.columns.get("shift") as { codes: Int32Array };
  expect(worst.rows).toBe([...planted.codes].filter((code, i) => code === 2 && night.codes[i] === 1).length);
});

test("rows that are alike stay one leaf; zero rows have no loss", () => {
  const { input, frame } = rowsOf(3000);
  expect(growErrorTree("binary", input, frame, { columns: ["noise"] }).root.split).toBeUndefined();
  const none = { scores: new Float64Array(0), labels: [] };
  expect(growErrorTree("binary", none, { rows: 0, columns: new Map() }, { columns: [] }).root).toEqual({
    rows: 0,
    share: 0,
    meanLoss: null,
  });
});
