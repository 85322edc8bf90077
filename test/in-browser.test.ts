/** All that needs a browser, in one: to unpack and to start it takes longer than most tests. */
import './report-page.ts';
import './ui-nights.ts';
import './ui-page.ts';
import { useBrowser } from './browser.ts';

useBrowser();
