/** The import directions of the design: features build on users, nothing builds on webhooks. */
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
    between('users', []),
    between('auth', ['users']),
    between('audit', ['users']),
    between('social', ['users', 'audit']),
    between('purchases', ['users', 'audit']),
    // social: who may see a private wishlist (docs/decisions/0006).
    between('wishlist', ['users', 'audit', 'social']),
    between('account', ['users', 'audit', 'social', 'wishlist', 'purchases']),
    between('webhooks', ['account', 'users', 'audit', 'purchases']),
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
