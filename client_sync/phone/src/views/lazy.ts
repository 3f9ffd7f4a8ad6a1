/** A page whose code is loaded when it is opened. */

import { stored } from "../loading.ts";
import { trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** Show only the heading until the page is there. */
export function lazyView(shell: Shell, heading: () => string, load: () => Promise<View>): View {
  let view: View | null = null;
  let problem: unknown = null;
  void stored(load).then(
    (loaded) => {
      view = loaded;
      shell.redraw();
    },
    (error: unknown) => {
      problem = error;
      shell.redraw();
    },
  );
  return {
    heading: () => view?.heading() ?? heading(),
    draw: () => view?.draw() ?? trouble(problem),
    primary: () => view?.primary?.(),
    corner: () => view?.corner?.(),
    leave: () => view?.leave?.(),
  };
}
