/** A producer and a consumer with a small queue between them: the faster one waits. */
import { Queue } from "manyhands/queue";

const dishes = new Queue<string>(2);

async function cook(): Promise<void> {
  for (const dish of ["soup", "noodles", "dumplings", "tea"]) {
    await dishes.put(dish);
    console.log("cooked", dish);
  }
  dishes.shutdown();
}

async function serve(): Promise<number> {
  let served = 0;
  for await (const dish of dishes) {
    console.log("served", dish);
    dishes.taskDone();
    served++;
  }
  return served;
}

const [, served] = await Promise.all([cook(), serve()]);
console.log("all done:", await dishes.join(), served);
