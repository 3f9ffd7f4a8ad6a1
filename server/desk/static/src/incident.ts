// The incident pages: nothing but their keys.

import { listen } from "./shared/keys.ts";

listen(() => false);
