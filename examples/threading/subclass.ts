/** A subclass of Thread: its fields travel there, and what run() set comes back. */
import { Thread } from "manyhands/threading";

class PrimeCounter extends Thread<[], void> {
  readonly limit: number;
  count = 0;

  constructor(limit: number) {
    super({ name: `primes below ${limit}` });
    this.limit = limit;
  }

  override run(): void {
    for (let n = 2; n < this.limit; n++) {
      let prime = true;
      for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
      if (prime) this.count++;
    }
  }
}

const counters = [100, 1000, 10_000].map((limit) => new PrimeCounter(limit));
for (const counter of counters) await counter.start();
for (const counter of counters) {
  await counter.join();
  console.log(`${counter.name}: ${counter.count}`);
}
