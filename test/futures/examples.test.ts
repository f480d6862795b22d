import { examplesPrint } from "../support/examples-print.js";

examplesPrint("futures", {
  "as-completed": "1 quick is there\n2 Error: no answer\n0 slow is there\n",
  callbacks: "[ 10, 11, 12, 13, 14 ]\n",
  map: "0\n1\n4\n9\n[ 11, 22 ]\n",
  "thread-names": "helper_0\nhelper_0\nthreads: 1\n",
  wait: "first: 9 of 4\ndone: 4 not done: 0\nall: [ 0, 1, 4, 9 ]\n",
});
