/** A bus leaves when four passengers are aboard; the guide waits for its departure. */
import { Barrier, Event } from "manyhands/threading";

const left = new Event({ name: "the bus left" });
let trips = 0;
const seats = new Barrier(4, {
  name: "seats",
  action: () => {
    trips++;
    left.set();
  },
});

async function passenger(): Promise<number> {
  return seats.wait();
}

const guide = left.wait().then(() => console.log("off we go"));
const aboard = Array.from({ length: 8 }, passenger);
await guide;
const indexes = await Promise.all(aboard);
console.log(
  `${trips} trips, seats ${indexes
    .slice(0, 4)
    .sort((a, b) => a - b)
    .join(" ")}`,
);

const late = seats.wait({ timeoutMs: 20 }).catch((error: Error) => error.name);
console.log(`alone in the bus: ${await late}, broken: ${seats.broken}`);
