import { CalledProcessError, NotFoundError, TimeoutExpired } from "../../errors.ts";
import { PIPE, Popen, run, type RunOptions } from "../../subprocess/index.ts";
import type { Guide, Stop } from "./guide.ts";

/** Where these programs are on every system, whatever our own PATH. */
const env = { PATH: "/usr/bin:/bin" };

export const subprocess: Stop = {
  title: "subprocess: external programs",
  text: `
run() starts a program, feeds it, gathers what it writes and waits. A Popen is a program at work,
with streams of its own; the output of one can be the input of another. What goes wrong is told by
an error that names the culprit, and nothing stays behind.`,
  async run(guide) {
    if (process.platform === "win32") return guide.say("the programs of this stop are not here");
    const greeting = await run(["echo", "hello"], { env, captureOutput: true, text: true });
    guide.equal("what a program wrote", greeting.stdout, "hello\n");
    const input = Buffer.alloc(1 << 20, "x");
    const { stdout } = await run(["cat"], { env, input, captureOutput: true });
    guide.that("a megabyte in and out at once", stdout.equals(input));
    await pipeline(guide);
    await failures(guide);
  },
};

async function pipeline(guide: Guide): Promise<void> {
  const numbers = new Popen(["seq", "1000"], { env, stdout: PIPE });
  const last = new Popen(["tail", "-n1"], { env, stdin: numbers.stdout, stdout: PIPE, text: true });
  guide.equal("the end of a pipeline of two", (await last.communicate())[0], "1000\n");
  const sleeper = new Popen(["sleep", "60"], { env });
  sleeper.terminate();
  guide.equal("a signal gives a negative return code", await sleeper.wait(), -15);
}

const starting = (command: string[], options: RunOptions) => (): unknown =>
  run(command, { env, ...options });

async function failures(guide: Guide): Promise<void> {
  const missing = starting(["no-such-program"], {});
  await guide.fails("a missing program is named", missing, NotFoundError);
  const checked = starting(["false"], { check: true });
  await guide.fails("a failure, when asked to check", checked, CalledProcessError);
  const slow = starting(["sleep", "60"], { timeoutMs: 50 });
  await guide.fails("a program that takes too long is stopped", slow, TimeoutExpired);
}
