/** A program that does nothing; with an argument it tells when it began. */
if (process.argv[2] === "clock") {
  process.send!(performance.timeOrigin + performance.now(), () => process.disconnect());
}
