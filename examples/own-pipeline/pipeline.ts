import { definePipeline } from "millrace";
import { readDays, summarizeYear, writeReport } from "./steps.ts";

/** Reads days, sums up each year by itself (side by side), and writes one report of all. */
export function reportPipeline({ path, out, warmFrom = 25 }: { path: string; out: string; warmFrom?: number }) {
  return definePipeline("weather-report", (p) => {
    const read = p.step("read", readDays, { inputs: {}, options: { path } });
    const years = p.map("year", read.out.years, summarizeYear, {
      as: "year",
      inputs: { days: read.out.days },
      options: { warmFrom },
    });
    p.step("report", writeReport, { inputs: { summaries: years.out.summary }, options: { out } });
  });
}
