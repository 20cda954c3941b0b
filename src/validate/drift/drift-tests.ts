import { knownNames, MillraceError } from "#kernel";
import { chi2, gtest, hellinger, js, linf, nad, psi, tvd } from "./binned/binned-tests.ts";
import { evidentlyMethods } from "./evidently.ts";
import type { DriftTest } from "./model.ts";
import { ks, wasserstein } from "./tests/sample-tests.ts";
import { missingShare, newLevels, outsideBand } from "./tests/share-tests.ts";

/** The drift tests by name. */
export const driftTests: Readonly<Record<string, DriftTest>> = Object.fromEntries(
  [psi, missingShare, newLevels, outsideBand, ks, js, linf, wasserstein, chi2, gtest, hellinger, tvd, nad].map(
    (test) => [test.name, test],
  ),
);

const standardTests = ["psi", "missingShare", "newLevels", "outsideBand"];

/** How far apart two windows must be before it matters, beyond what chance explains. */
export const practicalThresholds: Readonly<Record<string, number>> = {
  psi: 0.1,
  js: 0.02,
  linf: 0.1,
  chi2: 0.1,
  gtest: 0.1,
  hellinger: 0.1,
  tvd: 0.1,
  nad: 0.1,
  ks: 0.1,
  wasserstein: 0.1,
  missingShare: 0.02,
  newLevels: 0.02,
  outsideBand: 0.05,
};

const compatTests: Readonly<Record<"evidently" | "tfdv", readonly string[]>> = {
  evidently: ["auto", "js", "chi2", ...evidentlyMethods],
  tfdv: ["auto", "linf", "js", "nad"],
};

/**
 * The tests that are asked for; `auto` is the standard ones. None where another's figures are asked for, whose names are
 * only checked. Errors: VALIDATE_DRIFT_TEST_UNKNOWN.
 */
export function chooseTests(asked: readonly (string | DriftTest)[], compat?: "evidently" | "tfdv"): DriftTest[] {
  if (compat !== undefined) {
    for (const one of asked)
      if (typeof one !== "string" || !compatTests[compat].includes(one))
        throw unknownTest(typeof one === "string" ? one : one.name, compatTests[compat]);
    return [];
  }
  return asked
    .flatMap((one) => (one === "auto" ? standardTests : [one]))
    .map((one) => (typeof one === "string" ? driftTestNamed(one) : one));
}

function driftTestNamed(name: string): DriftTest {
  const test = Object.hasOwn(driftTests, name) ? driftTests[name] : undefined;
  if (test !== undefined) return test;
  throw unknownTest(name, ["auto", ...Object.keys(driftTests)]);
}

function unknownTest(name: string, known: readonly string[]): MillraceError {
  return new MillraceError("VALIDATE_DRIFT_TEST_UNKNOWN", {
    message: `There is no drift test "${name}" (${knownNames(name, known)}).`,
    next: "Name a drift test that exists, or `auto`.",
    facts: { test: name, known },
  });
}
