import type { Program, Tensors } from "@millrace/program";
import { withLeafCovers } from "@millrace/program/explain";
import type { WorkContext } from "#kernel";
import { addOutputs } from "../program/add-outputs.ts";
import { assembleModels } from "./choose/assemble-models.ts";
import { type Chosen, chooseModel, costOf, everyFit } from "./choose/choose-model.ts";
import { learnChosen, verifyProgram } from "./choose/learn-chosen.ts";
import { takeSecondLayer } from "./choose/take-second-layer.ts";
import { withinTime } from "./choose/within-time.ts";
import { breaksConstraint } from "./constraints.ts";
import { decide } from "./decide.ts";
import type { RemoteFits } from "./remote/remote-fits.ts";
import type { LabelledRows } from "./rows/training-rows.ts";
import type { SearchBudget } from "./search/search-budget.ts";
import { learnSegments } from "./segments/learn-segments.ts";
import { exportImpossible, lostOn } from "./trial/exportable.ts";
import { type Cost, modelCost } from "./trial/program-cost.ts";
import { shapeOf, type Trial, type TrialGround } from "./trial/run-trial.ts";

/** What a model is learned from and assembled with, beside its trials. */
export interface ModelGround {
  readonly train: LabelledRows;
  readonly calibration: LabelledRows | undefined;
  readonly leftOut: readonly string[];
  readonly remote: RemoteFits | undefined;
}

interface Made {
  readonly made: { readonly program: Program; readonly tensors: Tensors };
  /** What was chosen, as there is time to learn it, and what became of it with segments. */
  readonly every: Chosen;
  readonly chosen: Chosen;
  readonly whole: Awaited<ReturnType<typeof learnChosen>>;
  readonly learned: Awaited<ReturnType<typeof learnSegments>>["learned"];
  readonly parted: Pick<Awaited<ReturnType<typeof learnSegments>>, "results" | "reasons">;
  readonly decision: ReturnType<typeof decide>;
  readonly outputReasons: readonly string[];
}

/** So often the next smaller choice is tried; then limits shrink as far as the model is beyond them. */
const nextSmaller = 3;

/**
 * From trials to a program: chosen, learned again, assembled, verified. Learned from all rows a model is larger than its trials
 * were; where it is larger or slower than allowed, a smaller one is chosen.
 *
 * Errors: LEARN_EXPORT_IMPOSSIBLE, LEARN_CONSTRAINT_UNMET; those of `addOutputs`; KERNEL_STOPPED.
 */
export async function makeModel(
  ranked: readonly Trial[],
  ground: TrialGround,
  budget: SearchBudget,
  rest: ModelGround,
  context: WorkContext,
): Promise<Made> {
  let asked = ground;
  for (let tried = 1; ; tried++) {
    const made = await makeOnce(ranked, asked, budget, rest, context);
    const cost = modelCost(made.made, ground.settings);
    if (breaksConstraint(cost, ground.settings).length === 0) return made;
    asked = tightened(asked, ground, cost, costOf(made.every.members, ground.settings), tried);
  }
}

/** The same ground with the limits that were broken below what the choice would have cost by its trials. */
function tightened(asked: TrialGround, { settings }: TrialGround, made: Cost, byTrials: Cost, tried: number) {
  const { maxScoreMicros = Number.POSITIVE_INFINITY, maxSizeBytes = Number.POSITIVE_INFINITY } = settings.constraints;
  const below = (limit: number, of: keyof Cost) => byTrials[of] * (tried > nextSmaller ? limit / made[of] : 1 - 1e-9);
  const constraints = {
    ...asked.settings.constraints,
    ...(made.scoreMicros > maxScoreMicros ? { maxScoreMicros: below(maxScoreMicros, "scoreMicros") } : {}),
    ...(made.sizeBytes > maxSizeBytes ? { maxSizeBytes: below(maxSizeBytes, "sizeBytes") } : {}),
  };
  return { ...asked, settings: { ...asked.settings, constraints } };
}

async function makeOnce(
  ranked: readonly Trial[],
  ground: TrialGround,
  budget: SearchBudget,
  { train, calibration, leftOut, remote }: ModelGround,
  context: WorkContext,
): Promise<Made> {
  const { classes, rows, settings } = ground;
  const plain = budget.stretch(() => chooseModel(ranked, ground, budget.stopsChoosing));
  const layered = await takeSecondLayer(plain, ranked, ground, budget, remote, context);
  const every = withinTime(layered, ground, budget, remote?.places ?? 1);
  if (budget.timed) budget.writing = budget.tail(everyFit(every.members));
  const whole = await learnChosen(every, ground, budget, leftOut, remote, context);
  const { chosen, learned, segments, ...parted } = await learnSegments(ranked, every, whole, ground, budget, context);
  const decision = decide(chosen, rows, settings);
  const assembled = assembleModels(learned.plan, learned.models, {
    ...shapeOf(settings, classes),
    classes,
    weights: learned.weights,
    ...decision.assembly,
    ...(segments === undefined ? {} : { segments }),
  });
  verifyProgram(assembled, learned, rows.judged, ground, { ...decision.assembly, segments });
  const learnedFrom = learned.refitted ? rows.all.frame : train.frame;
  const { reasons, ...added } =
    calibration === undefined && Object.keys(settings.invalid).length === 0
      ? { ...assembled, reasons: [] }
      : addOutputs(
          assembled,
          settings,
          {
            calibration: {
              frame: (calibration ?? rows.judged).frame,
              target: (calibration ?? rows.judged).target.values,
            },
            training: learnedFrom,
          },
          [...train.frame.columns.keys()],
        );
  const made = settings.explanations ? withLeafCovers(added, learnedFrom) : added;
  const unexportable = lostOn(made, settings.exportTo);
  if (unexportable.length > 0) throw exportImpossible(settings.exportTo, unexportable);
  return { made, every, chosen, whole, learned, parted, decision, outputReasons: reasons };
}
