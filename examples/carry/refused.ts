/** What cannot cross is refused at the call, by path; errors come back as themselves. */
import { createServer } from "node:net";
import { PicklingError } from "manyhands/errors";
import { Thread } from "manyhands/threading";

const config = { name: "shop", db: { socket: createServer() } };
try {
  await new Thread({ target: () => config.db.socket.listening }).start();
} catch (error) {
  if (!(error instanceof PicklingError)) throw error;
  console.log(error.name, error.path);
}

class OutOfStock extends Error {
  readonly article: string;
  constructor(article: string, options?: ErrorOptions) {
    super(`no ${article} left`, options);
    this.article = article;
  }
}

const buy = new Thread({
  target: (article: string) => {
    throw new OutOfStock(article, { cause: new RangeError("0 of 1") });
  },
  args: ["tea"],
  name: "till",
});
await buy.start();
const error = (await buy.exception()) as OutOfStock;
console.log(error instanceof OutOfStock, error.message, error.article);
console.log("because of", error.cause instanceof RangeError, (error.cause as Error).message);
console.log("thrown", /in thread .*till/.test(error.stack ?? "") ? "in the thread" : "here");
