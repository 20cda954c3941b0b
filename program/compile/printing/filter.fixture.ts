// What every filter in a language of its own is tried with, beside random programs.
export { type CsvCase, csvCases, twoColumns } from "./csv.fixture.ts";
export { elementaryCases } from "./elementary.fixture.ts";
export { largeModel, unusualTrees } from "./models.fixture.ts";
export { oddNames } from "./odd-names.fixture.ts";
export { type Reading, readingProgram, readings } from "./readings.fixture.ts";
