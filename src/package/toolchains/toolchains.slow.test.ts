import { toolchainSuite } from "#testing";
import { forestModel } from "../fixtures/forest-model.ts";
import { allToolchains } from "./toolchains.ts";

const { program, tensors } = forestModel();
const postgres = process.env.MILLRACE_TEST_POSTGRES;
for (const toolchain of allToolchains(postgres === undefined ? {} : { postgres }))
  await toolchainSuite(toolchain, program, tensors);
