/** What the operations on releases of the app mean in TypeScript. */
import { fromHex } from "../../src/bytes.ts";
import { sha256Of } from "../../src/envelope/primitives.ts";
import { decodeRelease } from "../../src/wire/release.ts";

/** Read a list of files. */
export function releaseDecoded({ bytes }: { readonly bytes: string }) {
  const { release, files, oneFile } = decodeRelease(fromHex(bytes), sha256Of);
  return { release, files: files.size, one_file: [oneFile.name, oneFile.sha256] };
}
