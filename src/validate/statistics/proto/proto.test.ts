import { describe, expect, test } from "vitest";
import { statisticsFromBinary, statisticsFromJson, statisticsToBinary, statisticsToJson } from "#validate";
import { goldenJson, hasSharedGoldens, whySkipped } from "../../goldens/shared-goldens.fixture.ts";

const cases: [string, string][] = hasSharedGoldens
  ? [
      "dataset_drift",
      "extras",
      "infer_rules",
      "joel",
      "multivalent",
      "semantic",
      "sparse_weighted",
      "taxi",
      "types_domains",
    ].flatMap((one) => Object.keys(goldenJson(`${one}/stats.json`)).map((name): [string, string] => [one, name]))
  : [];

describe.skipIf(!hasSharedGoldens)(`statistics of the reference's runs${whySkipped}`, () => {
  test.each(cases)("%s %s goes in and out without loss, as JSON and binary", (one, name) => {
    const golden = goldenJson(`${one}/stats.json`)[name];
    if (golden.error !== undefined) return;
    const statistics = statisticsFromJson(golden);
    expect(statisticsToJson(statistics)).toEqual(golden);
    expect(statisticsFromBinary(statisticsToBinary(statistics))).toEqual(statistics);
  });
});
