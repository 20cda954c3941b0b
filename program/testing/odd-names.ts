import type { Program, ProgramInput, ProgramNode, Tensor } from "../model.ts";
import { type ParityCase, parityCase } from "./parity.ts";

const oddTexts = [
  '"',
  "'",
  "`",
  "\\",
  "\\n",
  "*/",
  "/*",
  "//",
  "#",
  "\n",
  "\r\n",
  '"""',
  "'''",
  "$\u007b1}",
  "#{1}",
  "%s",
  "%%n",
  "??/",
  "??/\n",
  "\\\n",
  "\u0000",
  "\u0007",
  "\u007f",
  "\u2028",
  "\ufeff",
  "</script>",
  "<!--",
  "😀",
  "本",
  "É",
  "σ",
  "'; DROP TABLE x; --",
];

/** A program in whose every text there is what could end a literal, a comment or a line; and rows of these texts. */
export function oddNames(): ParityCase {
  const inputs: ProgramInput[] = [];
  const nodes: ProgramNode[] = [];
  const add = (op: string, from: readonly number[], attributes: ProgramNode["attributes"]) =>
    nodes.push({ op, version: 1, inputs: from, attributes }) - 1;
  const last = 2 * oddTexts.length;
  const features: number[] = [];
  oddTexts.forEach((odd, i) => {
    const pattern = `%d.${odd.replaceAll("%", "%%")}%m.%Y`;
    inputs.push({ name: `${odd}x${i}`, type: "string", missingAllowed: true });
    inputs.push({ name: `t${odd}${i}`, type: "timestamp", missingAllowed: true, pattern });
    features.push(add("ordinal", [2 * i], { levels: ["z", `${odd}y`, odd], unseen: 7, missing: 9 }));
    const days = add("timeSince", [2 * i + 1], { at: 0, unit: "day" });
    features.push(add("impute", [last + days], { value: -3 }));
  });
  const refs = features.map((node) => last + node);
  const weights = Float64Array.from({ length: refs.length * oddTexts.length }, (_, i) => ((i % 17) - 8) / 65536);
  const tensors = new Map<string, Tensor>([
    ["weights", { type: "f64", values: weights }],
    ["bias", { type: "f64", values: new Float64Array(oddTexts.length) }],
  ]);
  const margins =
    last +
    add("linear", refs, {
      weights: { tensor: "weights" },
      bias: { tensor: "bias" },
      outputs: oddTexts.length,
    });
  const score = last + add("softmax", [margins], {});
  const classes = oddTexts.map((odd, i) => `${odd}${i}`);
  const program: Program = { format: 1, inputs, nodes, outputs: { task: "multiclass", score, classes } };
  const rows = Array.from({ length: 12 }, (_, r) =>
    Object.fromEntries(
      oddTexts.flatMap((odd, i) => [
        [`${odd}x${i}`, [odd, `${odd}y`, "a\ud800", "other", "", "z"][(i + r) % 6]],
        [`t${odd}${i}`, [`29.${odd}02.2024`, "2024-02-29", null, `1.${odd.toLowerCase()}1.1970`][(i + r) % 4]],
      ]),
    ),
  );
  return parityCase(program, tensors, rows);
}
