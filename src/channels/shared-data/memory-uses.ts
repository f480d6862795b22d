/** The files of shared memory that objects of this thread have open, one each. */
import type { KeptFile } from "../../core/file-block.ts";
import { onCopy } from "../../platform/copies.ts";
import { atEnd, notAtEnd } from "../../platform/endings.ts";
import type { UsedFile } from "./shared-memory-file.ts";

/** A file that one object has open, until that is closed or nobody refers to its buffer. */
export class Use {
  readonly name: string;
  readonly file: UsedFile;
  /** From when it was sent on, or if it came in a message: whoever asks gets the file. */
  lent: KeptFile | undefined;
  #open = true;

  constructor(name: string, file: UsedFile, lent?: KeptFile) {
    this.name = name;
    this.file = file;
    this.lent = lent;
    if (uses.size === 0) atEnd(leaveAll);
    uses.add(this);
  }

  get open(): boolean {
    return this.#open;
  }

  /** It may still be sent, unless so many others are unlinked that it is not kept open for that. */
  noteUnlinked(): void {
    if (this.#open) unlinked.add(this);
    const [oldest] = unlinked;
    if (unlinked.size > MOST_UNLINKED) oldest!.end();
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    uses.delete(this);
    unlinked.delete(this);
    if (uses.size === 0) notAtEnd(leaveAll);
    if (this.lent !== undefined) this.lent.release();
    else this.file.close();
  }
}

const uses = new Set<Use>();
/** Those whose object was unlinked and not closed, the oldest first. */
const unlinked = new Set<Use>();
/** Many programs never close what they unlink: of more, only the mapped memory is kept. */
const MOST_UNLINKED = 256;

/** At the end of this thread. What is lent ends by itself (`file-block.ts`). */
function leaveAll(): void {
  for (const use of Array.from(uses)) if (use.lent === undefined) use.end();
}

// In a forked copy, which uses what its parent uses.
onCopy(() => {
  for (const { file } of uses) file.renew();
  notAtEnd(leaveAll);
  if (uses.size > 0) atEnd(leaveAll);
});
