/** Let what waits (a touch, a frame) have its turn, and then go on: long work is cut where this is awaited. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Not a timer: those are held back in pages that nobody sees, and where they follow each other.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
