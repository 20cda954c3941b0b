import type { Frame, JsonObject } from "@millrace/program";
import { selectRows } from "#dataset";
import { describeRules, measureSurrogate, type ScoredModel } from "#evaluate";
import { plainContext } from "#kernel";
import { type FittedSurrogate, fitSurrogate } from "#learn";
import type { Explained } from "./model.ts";

/** A small tree that stands for the model, and how true it is to it on rows that it did not see. */
export async function explainSurrogate(model: ScoredModel, frame: Frame): Promise<Explained> {
  const parts = [0, 1].map((part) =>
    selectRows(
      frame,
      Uint8Array.from({ length: frame.rows }, (_, row) => (row % 4 === 3 ? part : 1 - part)),
    ),
  );
  let fitted: FittedSurrogate | undefined;
  const { fidelity, rows } = await measureSurrogate(
    model,
    parts[0]!,
    parts[1]!,
    async (learnFrom, scores, scoreThese) => {
      fitted = await fitSurrogate(
        learnFrom,
        scores,
        { inputs: model.inputs, learner: "tree", seed: 1 },
        plainContext(),
      );
      return fitted.scorer.scoreFrame(scoreThese).score;
    },
    model.outputs - 1,
  );
  const rules = fitted === undefined ? [] : describeRules(fitted.program, fitted.tensors);
  const share = fidelity === null ? "–" : `${(100 * fidelity).toFixed(1)} %`;
  return {
    json: { surrogate: { fidelity, rows, rules } } as unknown as JsonObject,
    lines: [
      "",
      `A small tree tells ${share} of the variance of the scores, on ${rows} rows that it did not see:`,
      ...rules.map((rule) => `  ${rule}`),
      ...(fidelity !== null && fidelity < 0.8
        ? ["  So few rules are not true of this model; do not explain it by them."]
        : []),
    ],
  };
}
