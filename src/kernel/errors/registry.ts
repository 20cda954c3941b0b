import { conflict, type ErrorSpec, forbidden, input, notFound, transient } from "./kinds.ts";

export const registryErrors = {
  REGISTRY_NAME_INVALID: input(
    "when a model, alias or endpoint name is not kebab-case or is longer than 64 characters",
  ),
  REGISTRY_REFERENCE_INVALID: input("when a model reference is not `name`, `name:version` or `name@alias`"),
  REGISTRY_MODEL_UNKNOWN: notFound("when no model of that name is registered"),
  REGISTRY_VERSION_UNKNOWN: notFound("when the model has no such version"),
  REGISTRY_ALIAS_UNKNOWN: notFound("when the model has no such alias"),
  REGISTRY_ALIAS_NO_PREVIOUS: conflict("when an alias is rolled back that never pointed anywhere else"),
  REGISTRY_APPROVAL_MISSING: forbidden(
    "when `champion` is set to a version that the people who must approve it have not approved",
  ),
  REGISTRY_ACTOR_MISSING: input("when a change names nobody who made it"),
  REGISTRY_ENDPOINT_UNKNOWN: notFound("when no endpoint of that name is deployed"),
  REGISTRY_ROUTES_INVALID: input(
    "when a deployment's routes are empty, repeat a version or have weights that are not positive",
  ),
  REGISTRY_WRITE_CONTENDED: transient("when other writers were first, again and again, and the change was not made"),
} as const satisfies Record<`REGISTRY_${string}`, ErrorSpec>;
