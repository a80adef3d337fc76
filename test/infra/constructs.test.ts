// Loading CDK takes seconds, so the suites of all constructs share one test file.
import './constructs/alarms.suite.ts';
import './constructs/app-function.suite.ts';
import './constructs/event-schemas.suite.ts';
import './constructs/grants.suite.ts';
import './constructs/item-table.suite.ts';
import './constructs/public-api.suite.ts';
import './constructs/reaction-function.suite.ts';
import './constructs/scheduled-function.suite.ts';
import './constructs/streaming-function.suite.ts';
