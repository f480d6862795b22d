/** The stops of the tour, in teaching order. */
import { errors } from "./errors.ts";
import type { Stop } from "./guide.ts";

export const stops: readonly Stop[] = [errors];
