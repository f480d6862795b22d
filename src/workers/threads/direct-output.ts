/**
 * Lets what a thread prints reach the terminal at once.
 *
 * Node hands the output of a Worker to the main thread, which writes it when its event loop turns
 * again: late while main is blocked, never when main exits first. Here a thread writes to the
 * descriptor itself. The stream stays node's own object, only its last step is replaced.
 */
import type { Writable } from "node:stream";
import { writeAll } from "../../core/descriptor-io.ts";

type Done = (error?: Error | null) => void;

export function printDirectly(): void {
  redirect("stdout", 1);
  redirect("stderr", 2);
}

/** The stream is made at its first use, so the replacement waits for that too. */
function redirect(name: "stdout" | "stderr", fd: number): void {
  const original = Object.getOwnPropertyDescriptor(process, name)!;
  let patched: Writable | undefined;
  const patch = (stream: Writable): Writable => {
    stream._write = (chunk: string | Uint8Array, encoding, done: Done) => {
      writeAll(fd, bytesOf(chunk, encoding));
      done();
    };
    stream._writev = (chunks, done: Done) => {
      for (const { chunk, encoding } of chunks) {
        writeAll(fd, bytesOf(chunk as string | Uint8Array, encoding));
      }
      done();
    };
    return stream;
  };
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (patched ??= patch(original.get!.call(process) as Writable)),
  });
}

function bytesOf(chunk: string | Uint8Array, encoding: BufferEncoding): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
}
