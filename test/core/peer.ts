/** Another process of this one's family, told what to do; see `peer-program.ts`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { familyAddress } from "#internal/core/family-arena.js";

const program = fileURLToPath(new URL("peer-program.js", import.meta.url));

export class Peer implements AsyncDisposable {
  /** Its id in the family's arena. */
  id = 0;
  readonly #child: ChildProcess;
  readonly #said: string[] = [];
  #listening: (() => void) | undefined;

  static async start(): Promise<Peer> {
    const { pid, fd } = familyAddress();
    const child = spawn(process.execPath, [program, String(pid), String(fd)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const peer = new Peer(child);
    peer.id = Number((await peer.says("ready")).split(" ")[1]);
    return peer;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdin!.on("error", () => {});
    createInterface({ input: child.stdout! }).on("line", (line) => {
      this.#said.push(line);
      this.#listening?.();
    });
  }

  /** Whether it has said something, beginning so, that was not asked for yet. */
  hasSaid(what: string): boolean {
    return this.#said.some((line) => line.startsWith(what));
  }

  /** Waits until it says something that begins so. */
  async says(what: string): Promise<string> {
    for (;;) {
      const at = this.#said.findIndex((line) => line.startsWith(what));
      if (at >= 0) return this.#said.splice(at, 1)[0]!;
      await new Promise<void>((resolve) => (this.#listening = resolve));
    }
  }

  tell(command: string, block = 0): void {
    this.#child.stdin!.write(`${command} ${block}\n`);
  }

  async ask(command: string, block: number, answer: string): Promise<void> {
    this.tell(command, block);
    await this.says(answer);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it by SIGKILL and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await once(this.#child, "exit");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
