const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const SDK = '^node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools)';

/** Who may import whom: the table of the design, one rule for each row. */
module.exports = {
  forbidden: [
    rule(
      'no-circular',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
      'Data travels one way; types may meet.',
    ),
    rule(
      'core-is-pure',
      { path: '^shared/(ports|settings|errors|ids|events|template|secret|permissions)\\.ts$' },
      {
        pathNot:
          '^(shared/(addresses|ports|settings|errors|ids|events|template|secret|permissions)\\.ts|node_modules/zod|crypto$|util$)',
      },
      'Ports, errors, ids, events and templates import each other, zod and node:crypto.',
    ),
    rule(
      'addresses-are-only-judged',
      { path: '^shared/addresses\\.ts$' },
      { pathNot: '^net$' },
      'Of node:net, only what reads and compares addresses.',
    ),
    rule(
      'one-way-out',
      { path: '^(shared|functions)/', pathNot: '^shared/(aws/egress(\\.ts$|/)|addresses\\.ts$)' },
      {
        path: '^(net|tls|http|https|http2|dgram|dns|dns/promises|child_process|worker_threads)$|^node_modules/(axios|undici)/',
      },
      'Every call to somebody else goes through the guard, so nothing else opens a socket.',
    ),
    rule(
      'protocols-do-no-io',
      { path: '^shared/protocols/' },
      {
        pathNot:
          '^(shared/protocols/|shared/(ports|errors|ids|events|template|secret)\\.ts|node_modules/(zod|oauth4webapi|jose|yaml)|crypto$)',
      },
      'A protocol builds a request and judges an answer; it sends nothing.',
    ),
    rule(
      'domain-knows-no-adapter',
      { path: '^shared/domain/' },
      {
        pathNot:
          '^(shared/(catalogue|lifetimes|domain|protocols)/|shared/(addresses|ports|errors|ids|events|template|secret|permissions)\\.ts|node_modules/(zod|oauth4webapi|re2js)|(crypto|stream|zlib)$)',
      },
      'The domain reaches the world through ports alone.',
    ),
    rule(
      'catalogue-is-data',
      { path: '^shared/catalogue/' },
      { pathNot: '^(shared/catalogue/|node_modules/zod)' },
      'The catalogue is data and the schema that reads it.',
    ),
    rule(
      'lifetimes-are-data',
      { path: '^shared/lifetimes/' },
      { pathNot: '^(shared/lifetimes/|node_modules/zod)' },
      'The lifetime profiles are data and the schema that reads it.',
    ),
    rule(
      'adapters-know-ports-and-schemas',
      { path: '^shared/(aws|memory)/' },
      {
        path: '^(shared/(entry|deps|config)|functions|infra|local|test|bench)',
      },
      'An adapter knows ports, the schemas of the domain and its SDK.',
    ),
    rule('memory-has-no-sdk', { path: '^shared/memory/' }, { path: SDK }, 'Memory adapters need nothing.'),
    rule(
      'routes-load-under-cdk',
      { path: '^shared/entry/route\\.ts$' },
      { pathNot: '^(node_modules/zod|shared/permissions\\.ts)' },
      'CDK loads the list of routes.',
    ),
    rule(
      'entry-knows-no-adapter',
      { path: '^shared/entry/' },
      { path: '^(shared/(aws|memory)/|functions|infra|local|test|bench)' },
      'Entry code gets its ports from deps.ts.',
    ),
    rule(
      'functions-know-entry-and-domain',
      { path: '^functions/' },
      { path: '^(shared/(aws|memory)/|infra|local|test|bench)' },
      'A function is an entry point over a domain operation.',
    ),
    rule(
      'functions-do-not-know-each-other',
      { path: '^functions/([^/]+)/' },
      { path: '^functions/(?!$1/)[^/]+/', pathNot: '^functions/[^/]+/routes\\.ts$' },
      'Nouns meet in the domain.',
    ),
    rule(
      'infra-knows-the-lists',
      { path: '^infra/' },
      {
        path: '^(shared/(aws|memory|deps|protocols)|local|test|bench)',
        dependencyTypesNot: ['type-only'],
      },
      'The stacks are made from the three lists; what is loaded late is named by its types.',
    ),
    rule(
      'product-knows-no-scaffold',
      { path: '^(shared|functions|infra)/' },
      { path: '^(local|test|bench)/' },
      'What is shipped does not need what is not.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
