/** A cook and a waiter hand a dish on through one condition: each waits for the other's stage. */
import { Condition } from "manyhands/threading";

type Stage = "empty" | "cooked" | "served";
let stage = "empty" as Stage;
const changed = new Condition();

async function turn(waitFor: Stage, becomes: Stage, what: string): Promise<void> {
  await changed.run(async () => {
    await changed.waitFor(() => stage === waitFor);
    console.log(what);
    stage = becomes;
    changed.notifyAll();
  });
}

async function cook(): Promise<void> {
  await turn("empty", "cooked", "the cook puts a dish on the counter");
  await turn("served", "empty", "the cook wipes the counter");
}

async function waiter(): Promise<void> {
  await turn("cooked", "served", "the waiter takes it to the table");
}

await Promise.all([waiter(), cook()]);
