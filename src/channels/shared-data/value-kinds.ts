/** Numbers of the kinds of blocks that shared data brings; see `core/kinds.ts`. */
import { FIRST_KIND } from "../../core/kinds.ts";

export const KIND_VALUE: number = FIRST_KIND + 32;
export const KIND_RAW_VALUE: number = FIRST_KIND + 33;
export const KIND_ARRAY: number = FIRST_KIND + 34;
export const KIND_RAW_ARRAY: number = FIRST_KIND + 35;
