import type { Frame } from "@millrace/program";
import { featureMatrix } from "../feature-matrix.ts";
import type { FeaturePlan } from "../model.ts";
import { tellingShare } from "./telling.ts";

const parts = 5;

/**
 * The plan with the features of each matrix that tell most of the target; those of trees and of linear models are chosen
 * apart. A feature counts as the worst of five parts of the rows sees it, so that chance in one part does not choose it.
 *
 * Source: a filter by the correlation ratio, held to subsamples as in Meinshausen, Bühlmann, "Stability selection", JRSS B 72, 2010.
 */
export function selectFeatures(
  plan: FeaturePlan,
  frame: Frame,
  { target, classes }: { readonly target: Float64Array; readonly classes: number },
  most: number,
): FeaturePlan {
  const kept = new Set<string>();
  for (const kind of ["trees", "linear"] as const) {
    const told = featureMatrix(plan, frame, { for: kind, training: true }).map(({ name, values, missing }) => {
      const shares = Array.from({ length: parts }, (_, part) =>
        tellingShare(
          values,
          missing,
          target.map((value, row) => (row % parts === part ? value : Number.NaN)),
          classes,
        ),
      );
      return { name, telling: Math.min(...shares) };
    });
    const best = told.toSorted((a, b) => b.telling - a.telling || told.indexOf(a) - told.indexOf(b));
    for (const { name } of best.slice(0, most)) kept.add(`${kind}/${name}`);
  }
  const features = plan.features.flatMap((feature) => {
    const still = feature.for.filter((kind) => kept.has(`${kind}/${feature.name}`));
    return still.length === 0 ? [] : [{ ...feature, for: still }];
  });
  return { ...plan, features };
}
