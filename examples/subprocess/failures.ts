/** How a program can fail, and how each is told. */
import { CalledProcessError, NotFoundError, TimeoutExpired } from "manyhands/errors";
import { run } from "manyhands/subprocess";

async function tell(command: string[], timeoutMs = Infinity): Promise<void> {
  try {
    await run(command, { captureOutput: true, text: true, check: true, timeoutMs });
    console.log("it worked");
  } catch (error) {
    if (error instanceof NotFoundError) console.log("not there:", error.message);
    else if (error instanceof TimeoutExpired)
      console.log(`too slow; it said ${JSON.stringify(String(error.stdout))} before`);
    else if (error instanceof CalledProcessError)
      console.log(`failed (${error.signal ?? error.returnCode}):`, String(error.stderr).trim());
    else throw error;
  }
}

await tell(["true"]);
await tell(["no-such-program"]);
await tell(["sh", "-c", "echo out of paper >&2; exit 3"]);
await tell(["sh", "-c", "kill -9 $$"]);
await tell(["sh", "-c", "echo so far; exec sleep 60"], 2000);
