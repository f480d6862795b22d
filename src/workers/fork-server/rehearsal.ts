/**
 * Plays the first moments of a child in the fork server itself, and in its spare children.
 *
 * A copy inherits compiled code. What never ran before the fork is compiled anew by every child,
 * which costs several times the fork itself. So the server lives through a child's beginning a few
 * times before it serves, with a parent of its own making, and takes back what that changed. A
 * spare does the same once, because in a fresh copy each page of memory must first be copied.
 */
import { closeSync } from "node:fs";
import { mayMakeCode } from "../../carry/index.ts";
import { noteEndings } from "../../platform/endings.ts";
import type { ProcessPlatform } from "../../platform/process-platform.ts";
import { workingDirectory } from "../../platform/working-directory.ts";
import { leaveWhenIdle } from "../forking/after-fork.ts";
import type { Bootstrap } from "../bootstrap.ts";
import type { Request } from "./child-request.ts";
import { encodeFrame, Kind } from "../crossing/frames.ts";
import { encodeJob } from "../crossing/payload.ts";

const OWN_EVENTS = ["newListener", "removeListener", "SIGINT", "exit", "uncaughtExceptionMonitor"];

/**
 * Nested, so that it crosses by value, with what it captures, as most functions of users do; and
 * plain enough to be sent without the parser, whose loading would hold up the program.
 */
function makeTarget(captured: number): (argument: { readonly value: number }) => number {
  return (argument) => argument.value + captured;
}

/** A job to rehearse with. Made by the client: finding out about functions takes an inspector. */
export function rehearsalPayload(): Uint8Array {
  const args = [{ value: 1 }];
  const target = mayMakeCode() ? makeTarget(1) : Math.abs;
  const job = { name: "rehearsal", target, args, self: null, importMain: false };
  return encodeJob(job, "process").bytes;
}

/** @param how `ending`: with the last moments as well, for which the event loop turns */
export async function rehearse(
  platform: ProcessPlatform,
  payload: Uint8Array,
  { times, ending }: { readonly times: number; readonly ending: boolean },
  begin: (request: Request) => Promise<void>,
): Promise<void> {
  const { title, argv, execArgv } = process;
  const cwd = workingDirectory();
  const ppid = Object.getOwnPropertyDescriptor(process, "ppid")!;
  const before = new Map(OWN_EVENTS.map((event) => [event, process.rawListeners(event)]));
  const bootstrap: Bootstrap = {
    name: title,
    daemon: false,
    lineage: [],
    parent: { pid: process.ppid, name: "" },
    startMethod: null,
    authKey: "",
    argv,
    execArgv,
    env: process.env as Record<string, string>,
    ...(cwd === undefined ? {} : { cwd }),
    lifeline: false,
    family: false,
    attachments: [],
    handleModules: [],
    importMain: false,
  };
  const dropEndings = noteEndings();
  for (let time = 0; time < times; time++) {
    const [parent, child] = platform.socketPair("stream");
    platform.writeNow(parent, encodeFrame(Kind.BOOT, Buffer.from(JSON.stringify(bootstrap))));
    platform.writeNow(parent, encodeFrame(Kind.PAYLOAD, payload));
    await begin({
      control: child,
      lifeline: -1,
      server: -1,
      streams: [0, 1, 2].map((fd) => platform.duplicate(fd)),
      extra: [],
    });
    if (ending) {
      await new Promise<void>((resolve) => {
        leaveWhenIdle(0, resolve);
      });
    }
    closeSync(parent);
    closeSync(child);
    dropEndings();
    for (const [event, listeners] of before) {
      for (const listener of process.rawListeners(event)) {
        if (!listeners.includes(listener)) process.off(event, listener as () => void);
      }
    }
  }
  Object.defineProperty(process, "ppid", ppid);
  process.title = title;
  process.argv = argv;
  process.execArgv = execArgv;
}
