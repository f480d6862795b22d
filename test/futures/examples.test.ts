import { examplesPrint } from "../support/examples-print.js";

examplesPrint("futures", {
  // On a busy machine the threads may begin so late that another is done first.
  "as-completed": new Set(["1 quick is there", "2 Error: no answer", "0 slow is there"]),
  callbacks: "[ 10, 11, 12, 13, 14 ]\n",
  map: "0\n1\n4\n9\n[ 11, 22 ]\n",
  "thread-names": "helper_0\nhelper_0\nthreads: 1\n",
  wait: "first: 9 of 4\ndone: 4 not done: 0\nall: [ 0, 1, 4, 9 ]\n",
});
