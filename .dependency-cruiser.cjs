/** The import directions of the design (§11): downwards only, and nothing imports webhooks. */
const between = (from, to) => ({
  name: `${from}-imports`,
  comment: `src/${from} may import only: ${[...to, 'common', 'config'].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: `^src/(${[from, ...to, 'common', 'config'].join('|')})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
    {
      name: 'no-dev-packages',
      comment: 'The production image has none of them.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    between('config', []),
    between('common', []),
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
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
