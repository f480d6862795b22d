/** Prepares a program for forking before its own code runs: see `fork.ts`. */
import { guardRandomness } from "./fresh-randomness.ts";
import { prepareToFork } from "./fork.ts";

guardRandomness();
prepareToFork();
