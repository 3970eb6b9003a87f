// Every page of server/access.txt, in the states where its parts are seen: axe, one title, no sideways scrolling, a
// picture at two widths. A new route fails here until somebody visits it.

import { walk } from '../support/rounds/all.ts';

walk({ pictures: 'test-results/pages' });
