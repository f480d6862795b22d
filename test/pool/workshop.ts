/** A folder in which tasks of any thread or process can say that they began, and be let go on. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilBlocked } from "manyhands/testing";

export class Workshop implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "workshop-"));
  readonly log: string = join(this.#folder, "log");
  readonly gate: string = join(this.#folder, "gate");

  /** Lets those that are held go on. */
  open(): void {
    writeFileSync(this.gate, "");
  }

  /** What was noted, in order. */
  get notes(): string[] {
    if (!existsSync(this.log)) return [];
    return readFileSync(this.log, "utf8").trim().split(" ").filter(Boolean);
  }

  async untilNoted(count: number): Promise<void> {
    await untilBlocked(() => this.notes.length >= count, { timeoutMs: 50_000 });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
