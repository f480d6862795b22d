import { closeSync, openSync } from "node:fs";
import { Socket, type SocketConstructorOpts } from "node:net";
import { onCopy } from "../platform/copies.ts";
import { processPlatform } from "../platform/process-platform.ts";
import { closeHandle } from "./crossing/moving-socket.ts";
import type { ChildStreams, StdioChoice } from "./runtime.ts";

/** Our ends of pipes that are open. */
const open = new Set<Socket>();

/** The standard streams of a child that is not started by Node: descriptors, and our pipe ends. */
export class StandardStreams implements ChildStreams {
  stdin: Socket | null = null;
  stdout: Socket | null = null;
  stderr: Socket | null = null;
  #theirs: number[] = [];

  descriptor(choice: StdioChoice, fd: number): number {
    if (choice === "inherit") return fd;
    if (typeof choice === "number") return choice;
    let theirs: number;
    if (choice === "ignore") theirs = openSync("/dev/null", "r+");
    else {
      const [read, write] = processPlatform()!.pipe();
      theirs = fd === 0 ? read : write;
      if (fd === 0) this.stdin = ourEnd({ fd: write, readable: false, writable: true });
      else {
        const stream = ourEnd({ fd: read, readable: true, writable: false });
        if (fd === 1) this.stdout = stream;
        else this.stderr = stream;
      }
    }
    this.#theirs.push(theirs);
    return theirs;
  }

  closeTheirs(): void {
    for (const fd of this.#theirs.splice(0)) closeSync(fd);
  }

  /** There is no child after all. */
  abandon(): void {
    this.closeTheirs();
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy();
  }

  /** The child is gone: nobody reads what would be written. */
  ended(): void {
    this.stdin?.destroy();
  }

  hold(on: boolean): void {
    for (const stream of [this.stdout, this.stderr]) {
      if (on) stream?.ref();
      else stream?.unref();
    }
  }
}

function ourEnd(options: SocketConstructorOpts): Socket {
  const stream = new Socket(options);
  open.add(stream);
  stream.once("close", () => open.delete(stream));
  return stream;
}

/** In a forked copy: as long as it has these, no child reads to the end of its standard input. */
onCopy((kept) => {
  for (const stream of open) {
    if (kept.has(stream)) continue;
    closeHandle(stream);
    open.delete(stream);
  }
});
