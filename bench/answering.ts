/** The seconds of processor time that this process has used since it was last asked. */
const processorSeconds = (() => {
  let last = process.cpuUsage();
  return (): number => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    return (user + system) / 1_000_000;
  };
})();

/**
 * Tells the process that started this one that it is ready, and answers its questions in turn, each together with the
 * processor time used since the one before. Ends when that process ends.
 */
export const answering = (ready: object, asked: (question: unknown) => object | Promise<object>): void => {
  process.on('message', (question) => {
    const answer = async () => ({ ...(await asked(question)), processorSeconds: processorSeconds() });
    answer().then(
      (answered) => process.send?.(answered),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit());
  process.send?.(ready);
};
