// The same walk with JavaScript switched off: pictures of these pages too, next to the others.

import { walk } from '../support/rounds/all.ts';

walk({ javaScriptEnabled: false, pictures: 'test-results/pages-without-script' });
