import { readdirSync } from 'node:fs';

const folders = (path) =>
  readdirSync(new URL(path, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** The rooms of src/, of its common room and of test/, the packages, and what lies beside them. */
const SCOPES = [
  ...folders('src/'),
  ...folders('src/common/'),
  ...folders('test/'),
  ...folders('packages/'),
  ...['app', 'bench', 'changelog', 'contributing', 'decisions', 'deploy', 'deps', 'docs', 'fuzz', 'image'],
  ...[
    'client',
    'demo',
    'lint',
    'local',
    'mobile',
    'mutation',
    'openapi',
    'readme',
    'release',
    'reliability',
    'scripts',
    'test',
  ],
];

/** Conventional Commits: `type(scope): subject`, the scope being a room. */
export default {
  parserPreset: {
    parserOpts: {
      headerPattern: /^(\w+)(?:\(([^()]+)\))?!?: (.+)$/,
      headerCorrespondence: ['type', 'scope', 'subject'],
    },
  },
  rules: {
    'header-max-length': [2, 'always', 72],
    'header-trim': [2, 'always'],
    'type-empty': [2, 'never'],
    'type-case': [2, 'always', 'lower-case'],
    'type-enum': [
      2,
      'always',
      ['bench', 'build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test'],
    ],
    'scope-enum': [2, 'always', SCOPES],
    'subject-empty': [2, 'never'],
    'subject-full-stop': [2, 'never', '.'],
    'body-leading-blank': [2, 'always'],
  },
};
