/** The names that rewritten sources use for what they get from outside; none that a user has. */
export const META = "__manyhands_meta";
export const IMPORT = "__manyhands_import";
export const BASE = "__manyhands_base";
export const STATICS = "__manyhands_statics";
export const METHOD = "__manyhands_method";
export const SCOPE = "__manyhands_scope";
export const LEVEL = "__manyhands_level";
export const CODE = "__manyhands_code";
export const KEY = "__manyhands_key";
export const INDEX = "__manyhands_index";
export const VALUE = "__manyhands_value";
