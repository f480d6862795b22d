/** Finds what crosses by its name, which is loaded when the first such name arrives. */
export { findBuiltin } from "./modules/builtin-names.ts";
export { findModule, findReference, isLoaded, loadModule } from "./rebuild/module-access.ts";
