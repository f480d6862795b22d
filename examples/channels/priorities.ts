/** What is most urgent comes out first; equals in the order in which they came. */
import { LifoQueue, PriorityQueue } from "manyhands/queue";

interface Patient {
  readonly name: string;
  readonly urgency: number;
}

const waiting = new PriorityQueue<Patient>({ compare: (a, b) => b.urgency - a.urgency });
waiting.putSync({ name: "Ada", urgency: 2 });
waiting.putSync({ name: "Ben", urgency: 9 });
waiting.putSync({ name: "Cleo", urgency: 2 });
while (!waiting.empty) console.log(waiting.getSync().name);

const plates = new LifoQueue<string>();
for (const plate of ["bottom", "middle", "top"]) plates.putSync(plate);
console.log(plates.getSync());
