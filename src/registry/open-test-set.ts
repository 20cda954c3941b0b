import { appendDecided } from "./append.ts";
import type { Done, RegistryContext } from "./model.ts";
import { checkName } from "./names.ts";

/** A look at the test rows: each chooses a little for them, so looks are counted. */
export interface Opening {
  /** Content digest of the split that says which rows are test rows. */
  readonly testSet: string;
  /** How many different models were measured on these very rows, this one among them. */
  readonly openings: number;
}

/**
 * Records that a model is measured on the test rows, and says how many were before. The same model on the same rows is a hit.
 *
 * Errors: REGISTRY_NAME_INVALID.
 */
export async function openTestSet(
  context: RegistryContext,
  request: {
    readonly model: string;
    readonly content: string;
    readonly testSet: string;
    readonly runId: string | null;
  },
): Promise<Done<Opening>> {
  const { model, content, testSet, runId } = request;
  checkName("model", model);
  return await appendDecided<Opening>(context, `test-set/${model}`, (entries) => {
    const same = entries.filter((entry) => entry.type === "test-set-opened" && entry.data.testSet === testSet);
    const known = same.findIndex((entry) => entry.data.content === content);
    if (known >= 0) return { hit: { testSet, openings: known + 1 } };
    return {
      append: { type: "test-set-opened", data: { testSet, content, runId } },
      give: () => ({ testSet, openings: same.length + 1 }),
    };
  });
}
