/** The import directions of the design (§11): downwards only. */
const between = (from, to) => ({
  name: `${from}-imports`,
  comment: `src/${from} may import only: ${[...to, 'common', 'config'].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: `^src/(${[from, ...to, 'common', 'config'].join('|')})/` },
});

/** A room of `src/common`, and the rooms that it may import beside the files in `src/common` itself. */
const withinCommon = (from, to) => ({
  name: `common-${from}-imports`,
  comment: `src/common/${from} may import of src: config, the files in src/common, ${[from, ...to].join(', ')}`,
  severity: 'error',
  from: { path: `^src/common/${from}/` },
  to: { path: '^src/', pathNot: `^src/(config/|common/([^/]+$|(${[from, ...to].join('|')})/))` },
});

/** A room of the local Clerk, and the rooms that it may import. */
const ofClerkLocal = (from, to) => ({
  name: `clerk-local-${from}-imports`,
  comment: `clerk-local/src/${from} may import only: ${[from, ...to].join(', ')}`,
  severity: 'error',
  from: { path: `^packages/clerk-local/src/${from}/` },
  to: {
    path: '^(src|packages)/',
    pathNot: `^packages/clerk-local/src/(${[from, ...to].join('|')})${from === 'cli' ? '' : '/'}`,
  },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$|/static/' }, to: {} },
    {
      name: 'no-dev-packages',
      comment: 'The production image has none of them.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    between('config', []),
    between('common', []),
    withinCommon('mongodb', []),
    withinCommon('observability', ['mongodb']),
    withinCommon('http', ['mongodb', 'observability']),
    {
      name: 'common-is-below-http',
      comment: 'The files in src/common itself serve every room, so they may not import the HTTP room.',
      severity: 'error',
      // The module that names the modules of the rooms.
      from: { path: '^src/common/[^/]+$', pathNot: '^src/common/common\\.module\\.ts$' },
      to: { path: '^src/common/http/' },
    },
    between('clerk', []),
    between('deleted-users', []),
    between('users', ['clerk', 'deleted-users']),
    between('auth', ['clerk']),
    between('audit', ['users']),
    between('social', ['users', 'audit']),
    between('purchases', ['users', 'audit', 'deleted-users']),
    // social: who may see a private wishlist (docs/decisions/0006).
    between('wishlist', ['users', 'audit', 'social']),
    between('deletion', ['clerk', 'deleted-users', 'users', 'audit', 'social', 'wishlist', 'purchases']),
    between('account', ['clerk', 'users', 'audit', 'social', 'wishlist', 'purchases', 'deletion']),
    between('reconciler', ['clerk', 'deleted-users', 'users', 'deletion']),
    between('webhooks', ['clerk', 'deleted-users', 'users', 'audit', 'purchases', 'deletion']),
    between('health', []),
    ofClerkLocal('store', []),
    ofClerkLocal('webhooks', ['store']),
    ofClerkLocal('server', ['store', 'webhooks']),
    ofClerkLocal('backend-api', ['store', 'webhooks', 'server']),
    ofClerkLocal('frontend-api', ['store', 'webhooks', 'server']),
    ofClerkLocal('page', ['store', 'webhooks', 'server']),
    ofClerkLocal('cli', ['store', 'clerk-local\\.ts']),
    {
      name: 'the-service-without-clerk-local',
      comment: 'The production image does not contain it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^packages/' },
    },
    {
      name: 'nothing-imports-webhooks',
      comment: 'Only src/database (schemas) and the files in src itself (app.module.ts, app.ts) may.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/(webhooks|database)/' },
      to: { path: '^src/webhooks/' },
    },
    {
      name: 'nothing-imports-cli',
      comment: 'Only the files in src itself (start.ts, migrate.ts, reconcile.ts, tombstones.ts) may.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'nothing-imports-database',
      comment:
        'It knows every schema. Only src/cli and the files in src itself (app.module.ts, server.ts) may.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/(database|cli)/' },
      to: { path: '^src/database/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['development', 'import', 'node', 'default', 'types'],
    },
  },
};
