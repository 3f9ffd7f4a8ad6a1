/**
 * A voice becomes another voice while it is recorded: no sample of the first is ever kept.
 *
 * Theory of operation. A channel vocoder (H. Dudley, 1939) from the browser's own sound nodes. The voice is
 * cut into bands; of each band only its loudness over time is taken, smoothed so that the beat of the vocal
 * cords is not in it. These loudnesses shape a hum of one unchanging pitch, and hiss for the upper bands,
 * in bands that are shifted up or down. So the pitch of the voice and its melody are not hidden but gone, and
 * the resonances of throat and mouth are moved by a factor drawn anew for each note. Words, rhythm, accent
 * and what sounds around remain.
 */
import { randomBytes } from "../envelope/entropy.ts";

/** Between telephone's lower edge and where consonants end; speech through 16 bands is understood. */
const LOWEST_HZ = 120;
const HIGHEST_HZ = 6800;
const BANDS = 18;
/** Bands above are hiss: consonants have no pitch. */
const HISS_FROM_HZ = 2800;
/** Below the lowest voice's pitch (75 Hz), above the rate of syllables (some 10 a second). */
const SMOOTH_HZ = 28;
/** A band's own width: neighbours meet at half loudness. */
const QUALITY = 5;
/** Rectified and filtered twice, a band has lost most of its loudness. */
const MAKE_UP = 14;
const HISS_SECONDS = 2;

export interface Mask {
  /** Pitch of the hum, the same from beginning to end. */
  readonly humHz: number;
  /** By how much the resonances move. */
  readonly shift: number;
}

/** A voice drawn anew: a third of an octave of pitch, resonances a sixth up or down, never as they were. */
export function drawMask(): Mask {
  const [pitch = 0, size = 0, way = 0] = randomBytes(3);
  const moved = 1.13 + (size / 255) * 0.12;
  return { humHz: 95 + (pitch / 255) * 45, shift: way % 2 === 0 ? moved : 1 / moved };
}

function filter(
  context: BaseAudioContext,
  type: BiquadFilterType,
  hz: number,
  q: number,
): AudioNode {
  return new BiquadFilterNode(context, { type, frequency: hz, Q: q });
}

function hissOf(context: BaseAudioContext): AudioScheduledSourceNode {
  const length = Math.floor(context.sampleRate * HISS_SECONDS);
  const buffer = new AudioBuffer({ length, sampleRate: context.sampleRate });
  const samples = buffer.getChannelData(0);
  // Hiss needs no secret: a small generator, begun by chance, draws the samples.
  let state = new DataView(randomBytes(4).buffer).getUint32(0) | 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[index] = state / 2 ** 31 - 1;
  }
  return new AudioBufferSourceNode(context, { buffer, loop: true });
}

/** The sound of what is absolute: each swing counts as loudness. */
function rectifier(context: BaseAudioContext): AudioNode {
  return new WaveShaperNode(context, { curve: Float32Array.of(1, 0, 1) });
}

function chain(first: AudioNode, ...others: readonly AudioNode[]): AudioNode {
  return others.reduce((from, to) => from.connect(to), first);
}

/** Lead `voice` through the mask; what comes out of the node given back is another voice. */
export function masked(context: BaseAudioContext, voice: AudioNode, mask: Mask): AudioNode {
  const hum = new OscillatorNode(context, { type: "sawtooth", frequency: mask.humHz });
  const hiss = hissOf(context);
  const out = new GainNode(context, { gain: MAKE_UP });
  const step = (HIGHEST_HZ / LOWEST_HZ) ** (1 / (BANDS - 1));
  for (let band = 0; band < BANDS; band += 1) {
    const hz = LOWEST_HZ * step ** band;
    const isHiss = hz >= HISS_FROM_HZ;
    const loudness = chain(
      voice,
      filter(context, "bandpass", hz, QUALITY),
      rectifier(context),
      filter(context, "lowpass", SMOOTH_HZ, 0.7),
      filter(context, "lowpass", SMOOTH_HZ, 0.7),
    );
    const gate = new GainNode(context, { gain: 0 });
    loudness.connect(gate.gain);
    const highest = context.sampleRate / 2.1;
    const moved = Math.min(highest, isHiss ? hz : hz * mask.shift);
    chain(isHiss ? hiss : hum, filter(context, "bandpass", moved, QUALITY), gate, out);
  }
  hum.start();
  hiss.start();
  return out;
}
