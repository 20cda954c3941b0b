import {
  conflict,
  type ErrorSpec,
  environment,
  forbidden,
  input,
  notFound,
  timeout,
  transient,
  usage,
} from "./kinds.ts";

export const packageErrors = {
  PACKAGE_TARGET_UNSUPPORTED: input("when a program holds something that the target asked for cannot express"),
  PACKAGE_TARGET_MISSING: notFound("when a target is named that there is no compiler for"),
  PACKAGE_OUTPUT_EXISTS: conflict("when an export would overwrite files that hold something else"),
  PACKAGE_CHILD_TIMEOUT: {
    ...timeout("when a toolchain took longer than its time limit and was killed"),
    retryable: false,
  },
  PACKAGE_CHILD_FAILED: environment("when a toolchain cannot be started, or writes without end"),
  PACKAGE_BUILD_FAILED: environment("when a toolchain refuses what a compiler printed"),
  PACKAGE_RUN_FAILED: environment("when compiled code ends with an error, or does not score every row"),
  PACKAGE_KEY_INVALID: input("when a key file is no Ed25519 key in PEM form, or cannot be read"),
  PACKAGE_RECORD_MISSING: notFound("when a version's run, or an artifact that it began with, is no longer on record"),
  PACKAGE_BASE_INVALID: input(
    "when a folder given as base image is no OCI image layout, or what a model needs on it is not installed",
  ),
  PACKAGE_IMAGE_NO_TOOLCHAIN: environment(
    "when an image without a base is asked for and no toolchain here can build a static program",
  ),
  PACKAGE_ECOSYSTEM_NONE: input("when a package is asked for of a target whose files are not installed"),
  PACKAGE_JDK_MISSING: environment("when a jar is asked for and there is no Java compiler"),
  PACKAGE_REGISTRY_ADDRESS: usage("when an image is pushed to what names no repository of a registry"),
  PACKAGE_REGISTRY_REFUSED: forbidden("when a registry does not let a push in, or asks for what is not given to it"),
  PACKAGE_REGISTRY_FAILED: transient("when a registry cannot be reached, or does not take a part of an image"),
} as const satisfies Record<`PACKAGE_${string}`, ErrorSpec>;
