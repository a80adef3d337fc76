// Loading CDK and bundling every function takes seconds, so the suites of the stacks share one test file.
import './stacks/data.suite.ts';
import './stacks/service.suite.ts';
import './checks.suite.ts';
import './rights.suite.ts';
import './synth.suite.ts';
