/** Words that wait in line to be taken in one after the other. */
export class Inbox<Word> {
  private readonly words: Word[] = [];
  private readonly waiting: ((word: Word) => void)[] = [];

  put(word: Word): void {
    const taker = this.waiting.shift();
    if (taker === undefined) this.words.push(word);
    else taker(word);
  }

  /** The word that came first; waits for one. */
  next(): Promise<Word> {
    const word = this.words.shift();
    if (word !== undefined) return Promise.resolve(word);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
