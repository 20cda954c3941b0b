export { type FileObjectsOptions, fileObjects } from "./file-objects.ts";
