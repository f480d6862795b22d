/** A number and a row of numbers in shared memory, changed as their types allow. */
import { SharedArray, Value } from "manyhands/multiprocessing";

const number = new Value("d", 0);
const row = new SharedArray(
  "i",
  Array.from({ length: 10 }, (_, index) => index),
);

number.value = 3.1415927;
for (let index = 0; index < row.length; index++) row.set(index, -row.at(index));
console.log(number.value, row.slice().join(" "));

// Two steps, read and write: nobody comes between them.
row.withLockSync(({ view }) => {
  for (let index = 0; index < view.length; index++) view[index]! *= 2;
});
console.log(row.slice(-3));

// One step: no lock is needed, and what does not fit wraps as in C.
const byte = new Value("B", 250);
console.log(byte.add(10), byte.value);
