/**
 * Reads a page's own words aloud: questions, answers to choose from, hints. Loaded where there is a
 * voice.
 *
 * Theory of operation. What is read is what the app says, never what a person wrote or the desk
 * answered: those stand in fields, in names and quotations, or in a status line that repeats a choice.
 * The desk's questions are everybody's, and are read. So even a phone whose "local" voice is not local
 * tells no more than which page is open. Reading begins with what is at the top of the screen, marks
 * what it reads, and ends with the page, by a press, and whenever the app goes out of sight.
 */
import { localVoice } from "../voices.ts";

const READ = "h1, h2, legend, label, p, button, summary, li";
/** What a person or the desk wrote or chose, and what is not to be seen. */
const NOT_READ =
  "bdi, .words, .name, blockquote, [role=status], select, textarea, svg, .unseen, .corner";
const MARK = "aloud";

/** Nothing of the other pages' code is needed here, so that they are cut into no more files. */
export class Aloud {
  readonly #root: HTMLElement;
  readonly #redraw: () => void;
  /** The piece that is read; also keeps a piece that was cut off from going on. */
  #reading: Element | null = null;

  constructor(root: HTMLElement, redraw: () => void) {
    this.#root = root;
    this.#redraw = redraw;
    document.addEventListener("visibilitychange", () => this.stop());
    addEventListener("pagehide", () => this.stop());
  }

  /** Whether the phone has a voice of its own for the language that the page is in. */
  get isAble(): boolean {
    return voiceFor(this.#language()) !== null;
  }

  get isOn(): boolean {
    return this.#reading !== null;
  }

  /** Begin with what is at the top of the screen, or end. */
  toggle(): void {
    if (this.isOn) this.stop();
    else this.#read(this.#pieces());
  }

  stop(): void {
    if (this.#reading === null) return;
    this.#mark(null);
    speechSynthesis.cancel();
    this.#redraw();
  }

  #language(): string {
    return document.documentElement.lang;
  }

  #pieces(): Element[] {
    const all = [...this.#root.querySelectorAll(READ)].filter(
      (piece) => wordsOf(piece) !== "" && piece.querySelector(READ) === null,
    );
    const first = all.findIndex((piece) => piece.getBoundingClientRect().top >= 0);
    return all.slice(Math.max(first, 0));
  }

  #read([piece, ...others]: readonly Element[]): void {
    if (piece === undefined) {
      this.stop();
      return;
    }
    const language = piece.closest("[lang]")?.getAttribute("lang");
    const voice = voiceFor(language ?? this.#language());
    if (voice === null || !piece.isConnected) {
      this.#read(others);
      return;
    }
    const utterance = new SpeechSynthesisUtterance(wordsOf(piece));
    utterance.voice = voice;
    utterance.lang = voice.lang;
    const onward = (): void => {
      if (this.#reading === piece) this.#read(others);
    };
    utterance.onend = onward;
    utterance.onerror = onward;
    this.#mark(piece);
    speechSynthesis.speak(utterance);
    this.#redraw();
  }

  #mark(piece: Element | null): void {
    this.#reading?.classList.remove(MARK);
    this.#reading = piece;
    piece?.classList.add(MARK);
    piece?.scrollIntoView({ block: "nearest" });
  }
}

function voiceFor(language: string): SpeechSynthesisVoice | null {
  return localVoice(speechSynthesis.getVoices(), language);
}

/** The app's own words in an element, in their order. */
function wordsOf(piece: Element): string {
  if (piece.closest(NOT_READ) !== null) return "";
  const walker = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
  const words: string[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest(NOT_READ) === null) words.push(node.nodeValue ?? "");
  }
  return words.join(" ").replace(/\s+/g, " ").trim();
}
