/** Small steps that many tests take with an app. */
import type { App } from "../../src/app.ts";
import { openApp } from "../../src/client.ts";
import { PhoneError } from "../../src/errors.ts";
import type { World } from "./surroundings.ts";

export async function joined(world: World): Promise<App> {
  const app = await openApp(world.platform());
  await app.join(world.invite());
  return app;
}

/** Wait until a sync that the app began by itself is over. */
export async function settled(app: App): Promise<void> {
  while (app.link().status === "syncing") {
    await new Promise<void>((resolve) => {
      const end = app.onChange(() => {
        end();
        resolve();
      });
    });
  }
}

export async function refusedWith(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof PhoneError) return error.slug;
    throw error;
  }
  return "not refused";
}
