// What a config or a program may import from `millrace`.
export { defineFactory, type FactoryConfig, type FactoryInput } from "#factory";
export { MillraceError, secret } from "#kernel";
export { definePipeline, defineStep } from "#pipeline";
