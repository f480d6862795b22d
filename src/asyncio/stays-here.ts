/** What tasks of one thread share stays in it; these say what to share between threads instead. */
import { staysHere } from "../carry/stays-here.ts";

interface Class {
  readonly name: string;
  readonly prototype: object;
}

const refuse = (type: Class, name: string, advice: string): void =>
  staysHere(`a ${name} of manyhands/asyncio`, type, advice);

export function lockStaysHere(type: Class, name: string): void {
  refuse(type, name, `use the ${name} of manyhands/threading or manyhands/multiprocessing`);
}

export function queueStaysHere(type: Class, name: string): void {
  refuse(type, name, `use the ${name} of manyhands/queue or manyhands/multiprocessing`);
}

/** What belongs to one event loop. */
export function partStaysHere(type: Class, name: string): void {
  refuse(type, name, "make one where it is to be used");
}

export function futureStaysHere(type: Class, name: string): void {
  refuse(type, name, "send its result, once it is there");
}
