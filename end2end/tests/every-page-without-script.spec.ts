// The same walk with JavaScript switched off.

import { walk } from '../support/rounds/all.ts';

walk({ javaScriptEnabled: false });
