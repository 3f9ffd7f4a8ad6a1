/** Opens the app on this device. */
import type { App } from "./app.ts";

export function openApp(): Promise<App> {
  return Promise.reject(new Error("the core of the app is not built yet"));
}
