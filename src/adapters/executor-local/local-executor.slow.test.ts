import { executorSuite } from "../../testing/index.ts";
import { localExecutor } from "./index.ts";

executorSuite("local", () => localExecutor({ parallel: 2, memoryLimitBytes: 256 << 20, graceMs: 500 }));
