/** Prepares a program for forking before its own code runs: see `fork.ts`. */
import { guardRandomness } from "./forking/fresh-randomness.ts";
import { prepareToFork } from "./forking/fork.ts";

guardRandomness();
prepareToFork();
