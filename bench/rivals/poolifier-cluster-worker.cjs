// The processes of poolifier. CommonJS, and not compiled: what a cluster sends before an ES module
// is loaded is lost, and poolifier sends at once. Complete in itself for the same reason.
const { ClusterWorker } = require("poolifier");

new ClusterWorker({
  nothing: () => {},
  identity: (value) => value,
  burn: (rounds) => {
    let state = 1;
    for (let round = 0; round < rounds; round++) state = (Math.imul(state, 48_271) ^ round) | 0;
    return state;
  },
});
