/** Timers: one fires, one is cancelled. */
import { Timer } from "manyhands/threading";

const tea = new Timer(50, (kind: string) => `the ${kind} tea is ready`, ["green"]);
const coffee = new Timer(60_000, () => "never");
await tea.start();
await coffee.start();
coffee.cancel();
console.log(await tea.result());
console.log(await coffee.join(), await coffee.result());
