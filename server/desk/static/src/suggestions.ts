// The page of suggestions stays true by itself while the desk learns: see shared/live.ts.

import { keepLive } from "./shared/live.ts";

keepLive();
