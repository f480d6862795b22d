/**
 * Lets what a thread prints reach the terminal at once.
 *
 * Node hands the output of a Worker to the main thread, which writes it when its event loop turns
 * again: late while main is blocked, never when main exits first. Here a thread writes to the
 * descriptor itself.
 */
import { Writable } from "node:stream";
import { isatty } from "node:tty";
import { writeAll } from "./descriptor-io.ts";

export function printDirectly(): void {
  direct("stdout", 1);
  direct("stderr", 2);
}

function direct(name: "stdout" | "stderr", fd: number): void {
  let stream: Writable | undefined;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (stream ??= makeStream(fd)),
  });
}

function makeStream(fd: number): Writable {
  const stream = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      writeAll(fd, chunk);
      done();
    },
  });
  return Object.assign(stream, { fd, isTTY: isatty(fd) });
}
