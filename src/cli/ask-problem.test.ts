import { expect, test } from "vitest";
import { withAnswers } from "./ask-problem.ts";

test("milestones are read as they would be typed", () => {
  const typed = "in use: Bo 2027-03-31, better: the team, pilot: Ada 2027-01-31 rocAucScore 0.75 logLoss 0.4";
  expect(withAnswers(undefined, [`milestones=${typed}`]).milestones).toEqual([
    { name: "in use", owner: "Bo", date: "2027-03-31" },
    { name: "better", owner: "the team" },
    { name: "pilot", owner: "Ada", date: "2027-01-31", metrics: { rocAucScore: 0.75, logLoss: 0.4 } },
  ]);
});

test.each(["pilot", "pilot: Ada", "in use: Bo 2027-02-31", "pilot: Ada 2027-01-31 rocAucScore high"])(
  "%j is no milestone",
  (typed) => {
    expect(() => withAnswers(undefined, [`milestones=${typed}`])).toThrow(
      expect.objectContaining({ code: "CLI_OPTION_INVALID", next: expect.stringContaining("good enough: Ada") }),
    );
  },
);
