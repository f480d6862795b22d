/**
 * A process of the family that does what it reads, line by line, and writes what came of it.
 * Arguments: the process and descriptor through which the family's memory is opened.
 */
import { createInterface } from "node:readline";
import { writeSync } from "node:fs";
import { waitBlocking } from "#internal/core/block-wait.js";
import { Deadline } from "#internal/core/deadline.js";
import { adoptFamily } from "#internal/core/family-arena.js";
import { takeLatch } from "#internal/core/latch.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import { bucketFor } from "#internal/core/queues.js";
import { lockWait, unlock } from "./toy-lock.ts";

const [pid, fd] = process.argv.slice(2).map(Number) as [number, number];
const member = adoptFamily({ pid, fd });

const say = (what: string): void => void writeSync(1, `${what}\n`);
const dieNow = (): void => void process.kill(process.pid, "SIGKILL");

async function obey(command: string, block: number): Promise<void> {
  switch (command) {
    case "latch":
      takeLatch(member.arena, bucketFor(block), member.id);
      return say("latched");
    case "lock":
      say("locking");
      waitBlocking(member, lockWait(member, block), new Deadline(Infinity));
      return say("locked");
    case "lock-in-loop": {
      const locked = loopWaits(member).wait(lockWait(member, block));
      say("locking");
      await locked;
      return say("locked");
    }
    case "unlock":
      unlock(member, block);
      return say("unlocked");
    case "unlock-and-die":
      return unlock(member, block, dieNow);
    case "end":
      return process.exit(0);
  }
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [command, block] = line.split(" ") as [string, string];
  void obey(command, Number(block));
});
lines.on("close", () => process.exit(0));
say(`ready ${member.id}`);
