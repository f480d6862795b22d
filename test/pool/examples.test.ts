import { examplesPrint } from "../support/examples-print.js";

examplesPrint("pool", {
  "apply-async": `waiting for all of them
all done: [
   0, 10, 20, 30, 40,
  50, 60, 70, 80, 90
]
apply, one after the other: 10 20
`,
  "external-programs": "[ 1, 3, 5, 5 ]\n",
  map: `map: [ 0, 1, 4, 9, 16 ]
mapSync, which blocks: [ 25, 36 ]
mapAsync: free to do other things
and then: [ 49, 64 ]
`,
  "one-by-one": `#1: 1 squared is 1
#2: 2 squared is 4
#3: 3 squared is 9
whoever is done first: 2 squared is 4
`,
  "several-arguments": `starmap: [ 8, 9, 16, 125 ]
starmapAsync: [ 8, 9, 16, 125 ]
a bound function: [ 2, 4, 8 ]
a closure: [ 1, 8, 27 ]
`,
  stopping: `patient: true
deaf: true
the pool goes on: [ 2, 3, 4 ]
`,
});
