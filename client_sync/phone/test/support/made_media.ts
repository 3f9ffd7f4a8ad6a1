/**
 * Photos and films made for tests, laid out as cameras lay them out, with a canary in every place where a
 * camera or a program may write something.
 */
import { type Bytes, concat, uint, utf8 } from "../../src/bytes.ts";

export const CANARY = "canary-9921";
const canary = utf8(CANARY);

const littleEndian = (value: number): Bytes => uint(value, 4).slice().reverse() as Bytes;

/** A TIFF directory with an orientation, a place and a device. */
export function tiff(orientation: number): Bytes {
  const entry = (tag: number, type: number, count: number, value: Bytes): Bytes =>
    concat(uint(tag, 2), uint(type, 2), uint(count, 4), value);
  return concat(
    Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8),
    uint(3, 2),
    entry(0x010f, 2, canary.length, uint(50, 4)),
    entry(0x0112, 3, 1, concat(uint(orientation, 2), uint(0, 2))),
    entry(0x8825, 4, 1, uint(50, 4)),
    uint(0, 4),
    canary,
  );
}

function segment(marker: number, ...body: Bytes[]): Bytes {
  const whole = concat(...body);
  return concat(Uint8Array.of(0xff, marker), uint(whole.length + 2, 2), whole);
}

export const SCAN = Uint8Array.of(1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 5);

/** A JPEG of two scans; a decoder is not asked. */
export function jpeg(orientation = 6): Bytes {
  const jfif = Uint8Array.of(0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 2, 2);
  const scan = concat(segment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)), SCAN);
  return concat(
    Uint8Array.of(0xff, 0xd8),
    segment(0xe0, jfif, canary),
    segment(0xe1, utf8("Exif\0\0"), tiff(orientation)),
    segment(0xe1, utf8("http://ns.adobe.com/xap/1.0/\0"), canary),
    segment(0xe2, utf8("ICC_PROFILE\0"), canary),
    segment(0xed, utf8("Photoshop 3.0\0"), canary),
    segment(0xee, utf8("Adobe"), new Uint8Array(7), canary),
    segment(0xfe, canary),
    segment(0xdb, new Uint8Array(65)),
    segment(0xc0, Uint8Array.of(8, 0, 1, 0, 1, 1, 1, 0x11, 0)),
    scan,
    segment(0xfe, canary),
    scan,
    Uint8Array.of(0xff, 0xd9),
    canary,
  );
}

function pngChunk(name: string, ...body: Bytes[]): Bytes {
  const whole = concat(...body);
  return concat(uint(whole.length, 4), utf8(name), whole, uint(0, 4));
}

export function png(orientation = 6): Bytes {
  return concat(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk("IHDR", uint(1, 4), uint(1, 4), Uint8Array.of(8, 2, 0, 0, 0)),
    pngChunk("iCCP", canary),
    pngChunk("eXIf", tiff(orientation)),
    pngChunk("tEXt", utf8("Comment\0"), canary),
    pngChunk("iTXt", utf8("XML:com.adobe.xmp\0"), canary),
    pngChunk("tIME", new Uint8Array(7)),
    pngChunk("caBX", canary),
    pngChunk("IDAT", SCAN),
    pngChunk("IEND"),
    canary,
  );
}

function riff(name: string, ...body: Bytes[]): Bytes {
  const whole = concat(...body);
  return concat(utf8(name), littleEndian(whole.length), whole, new Uint8Array(whole.length % 2));
}

export function webp(orientation = 6): Bytes {
  const frame = riff("ANMF", new Uint8Array(16), riff("VP8L", SCAN), riff("odd ", canary));
  const chunks = concat(
    utf8("WEBP"),
    riff("VP8X", Uint8Array.of(0x2e, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    riff("ICCP", canary),
    riff("ANIM", new Uint8Array(6)),
    frame,
    riff("EXIF", tiff(orientation)),
    riff("XMP ", canary),
    riff("mine", canary),
  );
  return concat(utf8("RIFF"), littleEndian(chunks.length), chunks, canary);
}

export function box(name: string, ...body: Bytes[]): Bytes {
  const whole = concat(...body);
  return concat(uint(whole.length + 8, 4), utf8(name), whole);
}

const full = (name: string, ...body: Bytes[]): Bytes => box(name, uint(0, 4), ...body);
const TIMES = concat(utf8("mad3"), utf8("chgd"));

/** A track whose one chunk of two samples lies at `start`. */
function track(kind: string, start: number, sampleBytes: number): Bytes {
  const entry = concat(new Uint8Array(8), new Uint8Array(4), utf8("appl"), new Uint8Array(26));
  const table = box(
    "stbl",
    full("stsd", uint(1, 4), box("avc1", entry, canary, new Uint8Array(28))),
    full("stts", uint(1, 4), uint(2, 4), uint(1, 4)),
    full("stsc", uint(1, 4), uint(1, 4), uint(2, 4), uint(1, 4)),
    full("stsz", uint(0, 4), uint(2, 4), uint(sampleBytes, 4), uint(sampleBytes, 4)),
    full("stco", uint(1, 4), uint(start, 4)),
  );
  const paths = box("dinf", full("dref", uint(1, 4), full("alis", canary)));
  return box(
    "trak",
    full("tkhd", TIMES, new Uint8Array(72)),
    box("udta", canary),
    box(
      "mdia",
      full("mdhd", TIMES, new Uint8Array(12)),
      full("hdlr", uint(0, 4), utf8(kind), utf8("appl"), new Uint8Array(8), canary),
      box("minf", box("vmhd", new Uint8Array(12)), paths, table),
    ),
  );
}

export const PICTURE = utf8("picture!picture!");
const AHEAD_BYTES = 24;

/** A film of a picture track and of a track of positions, with its samples before its table. */
export function mp4(): Bytes {
  const positions = utf8(CANARY.padEnd(16));
  const start = AHEAD_BYTES + 8;
  return concat(
    box("ftyp", utf8("isom"), uint(0, 4), utf8("isommp41").slice(0, 8)),
    box("mdat", PICTURE, positions, canary),
    box(
      "moov",
      full("mvhd", TIMES, new Uint8Array(88)),
      track("vide", start, 8),
      track("meta", start + 16, 8),
      box("udta", box("\u00a9xyz".slice(1), canary)),
      box("meta", canary),
    ),
    box("uuid", canary),
    box("free", canary),
  );
}

function element(id: string, ...body: Bytes[]): Bytes {
  const whole = concat(...body);
  return concat(fromId(id), Uint8Array.of(0x40 | (whole.length >> 8), whole.length & 255), whole);
}

function fromId(id: string): Bytes {
  return Uint8Array.from(id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const OPEN = Uint8Array.of(0x01, 255, 255, 255, 255, 255, 255, 255);

/** A film as a browser's recorder writes it: sizes left open. */
export function webm(): Bytes {
  const long = concat(...Array.from({ length: 20 }, () => canary));
  return concat(
    element("1a45dfa3", element("4282", utf8("webm"))),
    fromId("18538067"),
    OPEN,
    element(
      "1549a966",
      element("2ad7b1", uint(1_000_000, 3)),
      element("4461", utf8("20261128")),
      element("7ba9", canary),
      element("4d80", canary),
      element("5741", canary),
    ),
    element(
      "1654ae6b",
      element("ae", element("d7", uint(1, 1)), element("83", uint(2, 1)), element("536e", canary)),
    ),
    fromId("1f43b675"),
    OPEN,
    element("e7", uint(0, 1)),
    element("a3", SCAN),
    element("1254c367", long),
    element("1941a469", canary),
  );
}
